import Diagnosis

/// A photograph cannot be decoded, or not be written as another kind of image. No pixel is told.
public enum PhotographError: DiagnosedError, Equatable {
    /// It is no JPEG 2000 file, or a broken one.
    case malformed(String)
    /// It is one, but not of the kind or size that a card's photograph has.
    case unfit(String)
    /// It could not be encoded: no memory.
    case notEncoded

    /// A stable name.
    public var code: String {
        switch self {
        case .malformed: "photograph-malformed"
        case .unfit: "photograph-unfit"
        case .notEncoded: "photograph-not-encoded"
        }
    }

    /// What the person at the counter can act on.
    public var sentence: Sentence {
        switch self {
        case .malformed, .unfit:
            Sentence(
                ja: "カードの顔写真を読み取れません。カードを置き直し、だめなら目視で確認してください。",
                en: "The photograph on the card cannot be read; place the card again, else compare the person with the printed photograph.")
        case .notEncoded:
            Sentence(ja: "画像を作れませんでした。端末のメモリを確認してください。", en: "The image could not be made; look at the memory of this terminal.")
        }
    }

    /// What is wrong, by place and size.
    public var cause: String? {
        switch self {
        case .malformed(let cause), .unfit(let cause): cause
        case .notEncoded: nil
        }
    }

    /// Data from a card is wrong, or the machine is at its end.
    public var category: FailureCategory {
        switch self {
        case .malformed, .unfit: .badData
        case .notEncoded: .internalFault
        }
    }
}
