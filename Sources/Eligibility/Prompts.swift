import Diagnosis
import Station

/// Where the person is asked: a reader's screen, a terminal, a simulated patient.
///
/// A prompt never waits: `askPIN` returns at once, and the answer arrives as an event from `source` whose token is the one returned and
/// whose payload is a `PromptAnswer`.
public protocol Prompts: AnyObject {
    /// The source of the answers.
    var source: SourceID { get }
    /// Asks for the PIN of the authentication key, and says how many tries are left where that is known.
    func askPIN(triesLeft: Int?) -> UInt64
    /// Takes a prompt back.
    func withdraw(_ prompt: UInt64)
}

/// What a person answers.
public enum PromptAnswer: Sendable {
    /// A PIN.
    case pin(Secret)
    /// They pressed cancel.
    case cancelled
    /// Nobody can be asked: there is no screen and no terminal.
    case failed(any DiagnosedError)
}

/// A person who answers every question after a while with the same PIN: somebody simulated, or a PIN given beforehand.
public final class PreparedPatient: Prompts {
    /// The source of the answers.
    public let source: SourceID
    private let station: Station
    private let pin: Secret
    private let delay: Duration

    /// A person who types `pin` in `delay`.
    public init(pin: Secret, delay: Duration, on station: Station) {
        self.station = station
        self.pin = pin
        self.delay = delay
        source = station.makeSource()
    }

    /// Schedules the answer.
    public func askPIN(triesLeft: Int?) -> UInt64 {
        let prompt = station.makeToken()
        station.schedule(Event(source: source, token: prompt, payload: PromptAnswer.pin(pin)), at: station.now + delay)
        return prompt
    }

    /// The answer that may still come is for nobody.
    public func withdraw(_ prompt: UInt64) {}
}
