import Cards
import Certificates
import Commands
import Diagnosis
import Eligibility
import GenericCCID
import PCSC
import ReaderTransport
import Recordings
import Station

/// Cables that behave as those of a recording did.
final class ReplayedCables: VisitCables {
    private let recording: Recording
    private let replay: Replay
    private let devices: RecordedDevices
    private let station: Station
    private let isSimulated: Bool
    private var recordedChallenge: Challenge?

    init(_ recording: Recording, isSimulated: Bool, on station: Station) throws {
        self.recording = recording
        self.station = station
        self.isSimulated = isSimulated
        guard !recording.records.isEmpty else {
            throw RecordingFileError(
                line: 2, reason: "there is no visit in it; it ended before a reader was opened: \(recording.outcome ?? "")")
        }
        recordedChallenge = RecordedOptions(recording).challenge
        replay = try Replay(recording, on: station)
        devices = RecordedDevices(recording, replay)
    }

    func bench(_ world: SimulatedSource.World?, sharing: PCSCSharing, profiles: [ReaderProfile]) -> ReaderBench {
        devices.bench(profiles)
    }

    func prompts(_ prompts: any Prompts) -> any Prompts {
        guard !isSimulated else { return prompts }
        let patient = ReplayedPatient(on: station)
        replay.post = { [patient] name, _ in patient.answer(name) }
        return patient
    }

    func challenge() throws(CertificateError) -> Challenge {
        defer { recordedChallenge = nil }
        return if let recordedChallenge { recordedChallenge } else { try Challenge() }
    }

    func stageBegan(_ stage: VisitStage.Name) {}

    func finish(_ report: VisitReport, by interrupt: Interrupt?) throws -> Interrupt? {
        // Somebody has stopped the replay itself.
        if let interrupt { return interrupt }
        try replay.finish()
        for interrupt in [nil] + Interrupt.allCases.map(Optional.some)
        where RecordedEnd(report, by: interrupt).text == recording.outcome { return interrupt }
        throw ReplayDifference(
            line: (recording.records.last?.line ?? 1) + 1, expected: "the end: \(recording.outcome ?? "none")",
            came: "the end: \(RecordedEnd(report, by: nil).text)")
    }

    /// What is missing here was not recorded, so that is told, and not what could not happen without it.
    func finish(without error: any Error) -> any Error { replay.difference ?? error }

    func keep() {}
}

/// A person who answers when somebody did in a recording, with what the default synthetic card has: nothing else was ever recorded.
final class ReplayedPatient: Prompts {
    /// The names of what a recording has of an answer.
    static let answered = "pin", answeredVisualCode = "visual-code", cancelled = "pin-cancelled"

    let source: SourceID
    private let station: Station
    private var prompt: UInt64?

    init(on station: Station) {
        self.station = station
        source = station.makeSource()
    }

    func askPIN(triesLeft: Int?) -> UInt64 { ask() }

    func askVisualCode() -> UInt64 { ask() }

    private func ask() -> UInt64 {
        let prompt = station.makeToken()
        self.prompt = prompt
        return prompt
    }

    func withdraw(_ prompt: UInt64) { self.prompt = nil }

    /// Answers as somebody did; nothing where nobody is asked.
    func answer(_ name: String) {
        guard let prompt else { return }
        let answer: PromptAnswer
        switch name {
        case Self.answered: answer = .pin(Secret(CardCredentials.published[.authenticationPIN] ?? []))
        case Self.answeredVisualCode: answer = .visualCode(Secret(CardCredentials.published[.verificationNumberB] ?? []))
        case Self.cancelled: answer = .cancelled
        default: return
        }
        self.prompt = nil
        station.schedule(Event(source: source, token: prompt, payload: answer), at: station.now)
    }
}

extension CardCredentials {
    /// What everybody may know: the secrets of the synthetic card that is there by default.
    static let published = CardCredentials().completed(for: SyntheticHolder.hanako.card)
}
