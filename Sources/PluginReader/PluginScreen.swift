import CReaderPlugin
import Diagnosis
import ReaderKit

/// A screen as the C interface shows it.
struct PluginScreen {
    private let fields: kazasu_screen
    // The texts, each with a zero byte behind it, and where they lie.
    private var bytes: [UInt8] = []
    private var name: Range<Int>?
    private var japanese: Range<Int>?
    private var english: Range<Int>?

    init(_ screen: Screen) {
        var fields = kazasu_screen()
        fields.struct_size = UInt32(MemoryLayout<kazasu_screen>.size)
        fields.kind = Self.number(of: screen.kind)
        fields.tries_left = -1
        switch screen {
        case .placeCard, .lookIntoCamera, .chooseConsent, .removeCard, .done, .message: break
        case .chooseMethod(let methods):
            let bits = (methods.contains(.face) ? KAZASU_METHOD_FACE : 0) | (methods.contains(.pin) ? KAZASU_METHOD_PIN : 0)
            fields.methods = UInt32(bits)
        case .enterPIN(let left): fields.tries_left = left.map { Int32(clamping: $0) } ?? -1
        case .consent(let group): fields.consent_group = UInt32(Self.number(of: group))
        }
        self.fields = fields
        if case .done(let name?) = screen { self.name = append(name) }
        if case .message(let sentence) = screen {
            japanese = append(sentence.japanese)
            english = append(sentence.english)
        }
    }

    /// Lends the screen with its texts for the length of `body`.
    func lend<Result>(_ body: (UnsafePointer<kazasu_screen>) -> Result) -> Result {
        bytes.withUnsafeBytes { texts in
            func text(_ range: Range<Int>?) -> kazasu_text {
                guard let range, let base = texts.baseAddress else { return kazasu_text() }
                return kazasu_text(utf8: (base + range.lowerBound).assumingMemoryBound(to: CChar.self), count: range.count)
            }
            var screen = fields
            screen.name = text(name)
            screen.japanese = text(japanese)
            screen.english = text(english)
            return withUnsafePointer(to: screen, body)
        }
    }

    private mutating func append(_ text: String) -> Range<Int> {
        let start = bytes.count
        bytes += Array(text.utf8) + [0]
        return start..<bytes.count - 1
    }

    /// KAZASU_SCREEN_ of a kind.
    static func number(of kind: Screen.Kind) -> UInt32 {
        let number =
            switch kind {
            case .placeCard: KAZASU_SCREEN_PLACE_CARD
            case .chooseMethod: KAZASU_SCREEN_CHOOSE_METHOD
            case .lookIntoCamera: KAZASU_SCREEN_LOOK_INTO_CAMERA
            case .enterPIN: KAZASU_SCREEN_ENTER_PIN
            case .chooseConsent: KAZASU_SCREEN_CHOOSE_CONSENT
            case .consent: KAZASU_SCREEN_CONSENT
            case .done: KAZASU_SCREEN_DONE
            case .removeCard: KAZASU_SCREEN_REMOVE_CARD
            case .message: KAZASU_SCREEN_MESSAGE
            }
        return UInt32(number)
    }

    private static func number(of group: ScreenConsentGroup) -> Int32 {
        switch group {
        case .surgery: KAZASU_CONSENT_SURGERY
        case .treatment: KAZASU_CONSENT_TREATMENT
        case .checkup: KAZASU_CONSENT_CHECKUP
        case .limit: KAZASU_CONSENT_LIMIT
        case .insuranceCard: KAZASU_CONSENT_INSURANCE_CARD
        }
    }
}
