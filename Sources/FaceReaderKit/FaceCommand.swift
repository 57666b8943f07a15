import ReaderKit

/// What a driver tells the panel and the camera of its reader; how that is written is the affair of the reader's codec.
public enum FaceCommand: Sendable {
    /// Begins anew, and asks what the device is.
    case hello
    /// Whether something has happened, at a reader that does not speak up by itself.
    case poll
    /// Shows what asks this question, which is one that is shown.
    case show(prompt: UInt32, FacetQuestion)
    /// Takes back whatever has this prompt.
    case withdraw(prompt: UInt32)
    /// Begins to read the printed side of the card.
    case readFace(prompt: UInt32)
    /// A part of the photograph that is compared, at its place, with the length of all.
    case match(prompt: UInt32, offset: Int, total: Int, part: ArraySlice<UInt8>)
    /// A passcode has been issued.
    case passcodeIssued
    /// Starts anew.
    case restart
    /// The facility's name for the idle screen; only where the features say so.
    case facility(name: String)
}

/// What the panel and the camera of a reader tell.
public enum FaceEvent: Sendable {
    /// A prompt has ended; the failure is that of an event whose results are none.
    case ended(prompt: UInt32, Result<FacetAnswer, ReaderError>)
    /// Somebody touched the panel.
    case touched

    /// The end of a prompt by results that mean `answer`, or nothing that the protocol knows.
    public static func ended(prompt: UInt32, by answer: FacetAnswer?, _ event: String) -> FaceEvent {
        guard let answer else {
            return .ended(
                prompt: prompt, .failure(ReaderError(.inputOutput, cause: "\(event) with results that the protocol does not know")))
        }
        return .ended(prompt: prompt, .success(answer))
    }
}

/// What a device can do beside the patient's screen and the camera, and how it is told from others.
public struct FaceFeatures: Sendable {
    /// Whether 職員用ボタン can be shown.
    public let hasStaffButton: Bool
    /// Whether it knows the passcode and the visual check.
    public let hasVisualCheck: Bool
    /// Whether the idle screen has a place for the facility's name (R068).
    public let showsFacility: Bool
    /// Whether the patient sees a screen.
    public let hasScreen: Bool
    /// Whether a camera reads cards and compares faces.
    public let hasCamera: Bool
    /// Whether its CCID interface takes commands of the maker's own.
    public let takesEscapes: Bool
    /// In ASCII; empty where it has none.
    public let serialNumber: String

    /// What it says, or what is known of its firmware.
    public init(
        hasStaffButton: Bool, hasVisualCheck: Bool, showsFacility: Bool = false, hasScreen: Bool = true, hasCamera: Bool = true,
        takesEscapes: Bool = false, serialNumber: String
    ) {
        self.hasStaffButton = hasStaffButton
        self.hasVisualCheck = hasVisualCheck
        self.showsFacility = showsFacility
        self.hasScreen = hasScreen
        self.hasCamera = hasCamera
        self.takesEscapes = takesEscapes
        self.serialNumber = serialNumber
    }
}
