import Diagnosis
import Staging

/// What a reader's camera finds when it compares a photograph with whoever stands there; all assumed, for no maker publishes its reasons.
public enum MatchVerdict: String, Sendable, Hashable, CaseIterable {
    /// The person is the one on the photograph.
    case accepted
    /// Somebody else.
    case otherPerson = "other-person"
    /// Something covers the face.
    case covered
    /// No living face.
    case notAlive = "not-alive"
    /// Too dark, too far, not looking.
    case unclear
    /// The photograph cannot be used.
    case badReference = "bad-reference"
}

/// What compares faces in a simulated reader (顔照合); it can be replaced by one that really does.
public protocol FaceMatcher: AnyObject {
    /// How it comes to its verdicts, for whoever reads a report.
    var provenance: Sentence { get }

    /// Compares the photograph that came with what the camera sees; `nil` while it sees no face.
    func compare(_ photograph: [UInt8], with view: CameraView) -> MatchVerdict?
}

/// The default matcher: it compares no faces. Its verdict follows who the script says stands there; of the photograph it looks at the
/// first bytes only, which must be those of JPEG 2000, a file (ISO/IEC 15444-1 annex I) or a codestream (annex A).
public final class ScriptedFaceMatcher: FaceMatcher {
    /// A matcher.
    public init() {}

    /// That it is scripted.
    public let provenance = Sentence(
        ja: "模擬の判定です。顔は照合しておらず、台本で立たせた人のとおりに答えます。",
        en: "Scripted: no faces are compared, the verdict follows who the script says stands there.")

    /// The verdict of the script.
    public func compare(_ photograph: [UInt8], with view: CameraView) -> MatchVerdict? {
        if view == .nobody { return nil }
        guard Self.beginnings.contains(where: photograph.starts) else { return .badReference }
        return switch view {
        case .ownFace: .accepted
        case .otherFace: .otherPerson
        case .mask: .covered
        case .photograph: .notAlive
        case .nobody: nil
        }
    }

    private static let beginnings: [[UInt8]] = [
        [0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A], [0xFF, 0x4F, 0xFF, 0x51],
    ]
}
