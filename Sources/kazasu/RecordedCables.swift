import Cards
import Certificates
import Commands
import Diagnosis
import Eligibility
import GenericCCID
import PCSC
import ReaderTransport
import Station

/// Cables whose every transfer is written to a file.
///
/// At real readers the bytes are held back to the end, and written only where the card has proved to be one of ours: its certificate is by
/// our synthetic authority, and it has signed the challenge, or has proved to be genuine. Where anything but the published PIN or
/// 照合番号B of such cards was given they are never written, whatever the card.
final class RecordedCables: VisitCables {
    private let recorder: Recorder
    private let station: Station
    private let isSimulated: Bool
    private let recordedChallenge: Challenge
    private var usesRecordedChallenge = true
    private var cards = 0
    private var listener: PINListener?
    private var failure: (any Error)?

    init(path: String, options: RecordedOptions, isSimulated: Bool, on station: Station) throws {
        recordedChallenge = try Challenge()
        var options = options
        // A card must sign the same again, so the first challenge is in the file. It counts for this visit only.
        if !isSimulated { options.challenge = recordedChallenge }
        recorder = try Recorder(
            path: path, program: "kazasu \(kazasuVersion)", options: options.texts, isSynthetic: isSimulated, on: station)
        self.station = station
        self.isSimulated = isSimulated
    }

    func bench(_ world: SimulatedSource.World?, sharing: PCSCSharing, profiles: [ReaderProfile]) -> ReaderBench {
        let tap: ReaderBench.Tap = { [recorder] cable, device in recorder.tap(cable, name: device.text) }
        return world.map { ReaderBench($0, profiles: profiles, tap: tap) } ?? ReaderBench(sharing: sharing, profiles: profiles, tap: tap)
    }

    /// A simulated patient repeats by the seed. Of anybody else it is written when they answered, never what.
    func prompts(_ prompts: any Prompts) -> any Prompts {
        guard !isSimulated else { return prompts }
        let listener = PINListener(recorder)
        station.attach(listener, to: prompts.source)
        self.listener = listener
        return prompts
    }

    func challenge() throws(CertificateError) -> Challenge {
        defer { usesRecordedChallenge = false }
        return usesRecordedChallenge ? recordedChallenge : try Challenge()
    }

    func stageBegan(_ stage: VisitStage.Name) {
        guard stage == .select else { return }
        cards += 1
        // The first card is in doubt from the beginning.
        if cards > 1 { recorder.doubt() }
    }

    func finish(_ report: VisitReport, by interrupt: Interrupt?) -> Interrupt? {
        if report.identity != nil, report.certificate?.issuer?.domain == .synthetic { recorder.proveSynthetic() }
        end(RecordedEnd(report, by: interrupt))
        return interrupt
    }

    func finish(without error: any Error) -> any Error {
        end(RecordedEnd(without: error))
        return error
    }

    func keep() throws { if let failure { throw failure } }

    private func end(_ end: RecordedEnd) {
        do { try recorder.end(outcome: end.text) } catch { failure = error }
    }
}

/// Hears when somebody has answered who was asked for the PIN.
private final class PINListener: EventReceiver {
    private let recorder: Recorder

    init(_ recorder: Recorder) { self.recorder = recorder }

    func receive(_ event: Event) -> Bool {
        switch event.payload as? PromptAnswer {
        case .pin(let pin):
            if !pin.isPublished(as: .authenticationPIN) { recorder.withhold() }
            post(ReplayedPatient.answered)
        case .visualCode(let code):
            if !code.isPublished(as: .verificationNumberB) { recorder.withhold() }
            post(ReplayedPatient.answeredVisualCode)
        case .cancelled: post(ReplayedPatient.cancelled)
        case .failed, nil: break
        }
        return false
    }

    /// That there was an answer, not which.
    private func post(_ name: String) {
        let nothing: [UInt8] = []
        recorder.post(name, nothing.span)
    }
}

extension Secret {
    /// Whether it is that of the synthetic card that is there by default.
    fileprivate func isPublished(as credential: Credential) -> Bool {
        let published = CardCredentials.published[credential] ?? []
        return withBytes { bytes in bytes.count == published.count && published.indices.allSatisfy { bytes[$0] == published[$0] } }
    }
}
