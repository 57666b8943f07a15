import Certificates
import Commands
import Diagnosis
import Eligibility
import ReaderKit
import ScenarioRunner
import Scenarios
import Station
import Synchronization

/// Whoever sits before a real reader while scenarios are played there, one after another.
final class RealPeople: Sendable {
    private let invocation: Invocation
    private let trust: CertificateTrust
    private let cardChecker: CVChecker
    private let variables: SecretRoute.Variables
    private let given = Mutex<[SecretRoute: Secret]>([:])

    /// Throws where whose certificates count cannot be read.
    init(_ invocation: Invocation) throws {
        self.invocation = invocation
        variables = SecretRoute.takeVariables(of: invocation)
        let anchors = try Trust(invocation, isSimulated: false)
        trust = try anchors.authentication(validity: .eligibilityByPlasticCard)
        cardChecker = try anchors.cardVerifiable()
    }

    /// Takes what was given beforehand.
    func takeSecrets(_ cancellation: Cancellation) throws {
        let secrets = try SecretRoute.given([.authenticationPIN, .visualCode], variables, to: invocation, cancellation)
        given.withLock { $0 = secrets }
    }

    func play(_ scenario: Scenario, at selector: ReaderSelector, by runner: ScenarioRunner) -> ScenarioVerdict {
        let station = Station(.real)
        return runner.play(scenario) {
            let reader = try ReaderBench(sharing: self.invocation.sharing).open(selector, on: station)
            let prompts = TerminalPatient(language: self.invocation.language, given: self.given.withLock { $0 }, on: station)
            return RealCounter(reader: reader, on: station, prompts: prompts, trust: self.trust, cardChecker: self.cardChecker)
        }
    }
}
