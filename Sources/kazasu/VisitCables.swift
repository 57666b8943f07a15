import Certificates
import Commands
import Diagnosis
import Eligibility
import GenericCCID
import PCSC
import ReaderTransport
import Station

/// What becomes of what crosses the cables of a visit.
enum VisitTape {
    /// Nothing is kept of it.
    case none
    /// It is written to this file.
    case recorded(path: String)
    /// It comes from a recording, and no device is touched.
    case replayed(Recording)

    /// The station of a replay.
    var station: Station? {
        if case .replayed(let recording) = self { Station(.virtual, startUnixTime: recording.startUnixTime) } else { nil }
    }

    var isReplayed: Bool { if case .replayed = self { true } else { false } }

    var isRecorded: Bool { if case .recorded = self { true } else { false } }

    /// What is in the file of profiles that a visit was given; a replay opens no file that a recording names. Throws `FileError`.
    func profileFile(of invocation: Invocation) throws -> [UInt8]? {
        if case .replayed(let recording) = self { return RecordedOptions(recording).profileFile }
        return try invocation.profileFile()
    }

    /// The cables of a visit at readers that are simulated, or are not; `profileFile` is what it was given of profiles.
    func cables(
        of invocation: Invocation, reader: String, profileFile: [UInt8]?, isSimulated: Bool, on station: Station
    ) throws -> any VisitCables {
        switch self {
        case .none: return PlainCables()
        case .recorded(let path):
            var options = try RecordedOptions(invocation, reader: reader)
            options.profileFile = profileFile
            return try RecordedCables(path: path, options: options, isSimulated: isSimulated, on: station)
        case .replayed(let recording): return try ReplayedCables(recording, isSimulated: isSimulated, on: station)
        }
    }
}

/// The cables of one visit, and what else comes to it from outside.
protocol VisitCables: AnyObject {
    /// The readers; `world` is what is simulated, where that is asked for.
    func bench(_ world: SimulatedSource.World?, sharing: PCSCSharing, profiles: [ReaderProfile]) -> ReaderBench
    /// Whom a visit asks that would ask `prompts`.
    func prompts(_ prompts: any Prompts) -> any Prompts
    /// A challenge for a card that somebody holds.
    func challenge() throws(CertificateError) -> Challenge
    /// A stage of the visit begins.
    func stageBegan(_ stage: VisitStage.Name)
    /// The visit has ended so and all devices are closed; nothing was shown yet. Returns the signal that has ended the visit.
    func finish(_ report: VisitReport, by interrupt: Interrupt?) throws -> Interrupt?
    /// There was no visit, for this reason; returns the reason to be told.
    func finish(without error: any Error) -> any Error
    /// Everything was shown. Throws what went wrong with the file.
    func keep() throws
}

/// Cables that nobody listens to.
final class PlainCables: VisitCables {
    func bench(_ world: SimulatedSource.World?, sharing: PCSCSharing, profiles: [ReaderProfile]) -> ReaderBench {
        world.map { ReaderBench($0, profiles: profiles) } ?? ReaderBench(sharing: sharing, profiles: profiles)
    }
    func prompts(_ prompts: any Prompts) -> any Prompts { prompts }
    func challenge() throws(CertificateError) -> Challenge { try Challenge() }
    func stageBegan(_ stage: VisitStage.Name) {}
    func finish(_ report: VisitReport, by interrupt: Interrupt?) -> Interrupt? { interrupt }
    func finish(without error: any Error) -> any Error { error }
    func keep() {}
}

/// How a visit ended, as the last line of a recording says it: the outcome, and the signal where one has ended it.
struct RecordedEnd: Equatable {
    let text: String

    init(_ report: VisitReport, by interrupt: Interrupt?) {
        if case .cancelled = report.outcome, let interrupt {
            text = "\(report.outcome.code) by \(interrupt)"
        } else {
            text = report.outcome.code
        }
    }

    init(without error: any Error) { text = (error as? any DiagnosedError)?.code ?? "unexpected" }
}
