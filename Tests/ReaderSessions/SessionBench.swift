import AlmexCPS100W
import AlmexCPS100WSimulator
import Cards
import Diagnosis
import FaceTerminal
import FujitsuCaora
import FujitsuCaoraSimulator
import ReaderKit
import ReaderTransport
import SimulationKit
import Staging
import Station

/// A reader with face authentication, of which there are a driver and a twin.
public enum SessionModel: String, Sendable, CaseIterable {
    case caora, cps100w

    /// A driver of its own.
    public func makeDriver() -> any ReaderDriver {
        switch self {
        case .caora: FujitsuCaoraDriver()
        case .cps100w: AlmexCPS100WDriver()
        }
    }
}

/// A twin with the people around it, on a station in virtual time.
public final class SessionBench {
    /// The station.
    public let station: Station
    /// The twin.
    public let device: any PassiveDevice
    private let stage: (StagedEvent) -> Void

    /// A reader that is on, with nothing in it.
    public init(_ model: SessionModel, startUnixTime: Int64 = 1_800_000_000) {
        station = Station(.virtual, startUnixTime: startUnixTime)
        // Quicker than life, so that a polled line does not spend a session on asking.
        var terminal = TerminalTiming()
        terminal.cardFace = .milliseconds(100)
        terminal.match = .milliseconds(100)
        switch model {
        case .caora:
            var timing = CaoraTiming()
            timing.terminal = terminal
            let twin = FujitsuCaoraSimulator(timing: timing)
            device = twin
            stage = twin.stage
        case .cps100w:
            var timing = CPS100WTiming()
            timing.terminal = terminal
            let twin = AlmexCPS100WSimulator(timing: timing)
            device = twin
            stage = twin.stage
        }
    }

    /// The cable of the twin.
    public func attach() -> any Attachment { InProcessHost(device, on: station) }

    /// Has somebody do something a moment from now. A button that did nothing is pressed again, as people do; by then a session in which all
    /// goes well is over.
    public func soon(_ action: StagedAction) {
        let moments: [Duration] =
            switch action {
            case .choose, .typePIN: [.milliseconds(60), .seconds(2), .seconds(5)]
            default: [.milliseconds(60)]
            }
        for moment in moments { stage(StagedEvent(.at(station.now + moment), action)) }
    }

    /// A new card of a synthetic person.
    public static func card() -> StagedCard {
        StagedCard(
            VirtualCard(holder: .hanako), face: .visualCode(Secret(Array(SyntheticHolder.hanako.card.verificationNumberB.utf8))))
    }
}
