import Diagnosis

/// Where a session first differs from the recording that it replays.
public struct ReplayDifference: DiagnosedError, Equatable {
    /// The line of the recording, counted from 1; the line after the last one where the recording was over.
    public let line: Int
    /// What the recording says.
    public let expected: String
    /// What came instead.
    public let came: String

    /// A difference, such as one that the caller of the replay has found.
    public init(line: Int, expected: String, came: String) {
        self.line = line
        self.expected = expected
        self.came = came
    }

    /// Always the same.
    public var code: String { "replay-differs" }
    /// What to do.
    public var sentence: Sentence {
        Sentence(
            ja: "再生が通信記録の\(line)行目と一致しません。記録したときと同じ版と指定で、やり直してください。",
            en: "The replay differs from line \(line) of the recording; use the version and the options of the recording.")
    }
    /// Both sides.
    public var cause: String? { "line \(line): expected \(expected); came \(came)" }
    /// The program does not do what it did.
    public var category: FailureCategory { .protocolViolation }
}

/// A recording that cannot be replayed.
public struct ReplayError: DiagnosedError, Equatable {
    /// The first line whose bytes were withheld.
    public let line: Int

    /// Always the same.
    public var code: String { "recording-without-payload" }
    /// What to do.
    public var sentence: Sentence {
        Sentence(
            ja: "この通信記録には内容がないため再生できません。模擬カードを使って記録してください。",
            en: "This recording is without its bytes and cannot be replayed; record with a simulated card.")
    }
    /// The line.
    public var cause: String? { "line \(line): the bytes were withheld, because nothing proved that the card was synthetic" }
    /// The file is of no use for this.
    public var category: FailureCategory { .badData }
}

extension Recording.Event {
    /// What happened, in words.
    var words: String {
        switch self {
        case .open(let device, let name, let lanes): "device \(device) opened as \(name) with \(lanes.count) lanes"
        case .submit(let device, let number, let transfer, let payload):
            "transfer \(number) of device \(device): \(transfer.operation.text) on lane \(transfer.lane.rawValue), slot \(transfer.slot), "
                + "\(payload.count) bytes"
        case .complete(let device, let number, let status, let payload):
            "transfer \(number) of device \(device) ends: \(status.text), \(payload.count) bytes"
        case .abort(let device, let number): "transfer \(number) of device \(device) given up"
        case .close(let device): "device \(device) closed"
        case .post(let name, let payload): "\(name), \(payload.count) bytes"
        case .cancel: "a cancel"
        }
    }

    /// The same, and where the bytes first differ from those of `other`, which is alike otherwise. Of what came no more than that byte is
    /// shown: it may be of a session that is not synthetic.
    func words(comparedTo other: Self) -> String {
        guard let mine = payload?.bytes, let others = other.payload?.bytes, mine.count == others.count,
            let index = mine.indices.first(where: { mine[$0] != others[$0] })
        else { return words }
        return words + ", byte \(index) of them \(Hexadecimal.text([mine[index]]))"
    }
}
