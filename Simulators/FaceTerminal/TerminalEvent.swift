import Diagnosis
import SimulationKit
import Staging
import Station

/// What has happened at the panel, the camera or the cable, for the wire protocol to tell.
public enum TerminalEvent {
    /// A screen was answered; its prompt is over.
    case answered(prompt: UInt32, PanelAnswer)
    /// The keypad for the PIN has ended.
    case keypad(KeypadEnding)
    /// The camera has read the printed side of the card; `nil` where it could not.
    case cardFace(prompt: UInt32, Secret?)
    /// The camera has compared.
    case match(prompt: UInt32, MatchEnding)
    /// Somebody touched the panel and that answered nothing, or typed a digit that was not the last; once a second at most.
    case touched
    /// Another card lies there, or none.
    case card(StagedCard?)
    /// The cable was pulled out (false) or plugged in.
    case cable(isPlugged: Bool)
    /// The reader loses its power and starts anew.
    case restart
}

/// How the keypad ended.
public enum KeypadEnding {
    /// The digits were typed.
    case digits(Secret)
    /// 終了する, or the host took it back.
    case ended
    /// Nobody typed.
    case timedOut
}

/// How a comparison of faces ended.
public enum MatchEnding: Sendable, Hashable {
    /// By a verdict.
    case verdict(MatchVerdict)
    /// No face was seen for as long as the camera waits.
    case timedOut
    /// 終了する.
    case ended
}

/// How long things take at the panel and the camera. All assumed.
public struct TerminalTiming: Sendable, Hashable {
    /// Until a screen or the keypad that nobody touches gives up.
    public var untouched = Duration.seconds(60)
    /// Until the camera that sees nobody gives up.
    public var unseen = Duration.seconds(20)
    /// To read the printed side of a card.
    public var cardFace = Duration.milliseconds(700)
    /// To compare faces.
    public var match = Duration.milliseconds(900)

    /// The assumed times.
    public init() {}

    /// Where the figures are from.
    public static let figures: [TimingFigure] = {
        let timing = TerminalTiming()
        return [
            TimingFigure("panel-untouched", .duration(timing.untouched), .assumed, "a screen gives up"),
            TimingFigure("camera-unseen", .duration(timing.unseen), .assumed, "the camera gives up"),
            TimingFigure("camera-card-face", .duration(timing.cardFace), .assumed, "reading the printed side"),
            TimingFigure("camera-match", .duration(timing.match), .assumed, "comparing faces"),
        ]
    }()
}
