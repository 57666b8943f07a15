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
    /// Asks for 照合番号B, which stands on the card's face: nobody's camera sees that card.
    func askVisualCode() -> UInt64
    /// Takes a prompt back.
    func withdraw(_ prompt: UInt64)
}

/// What a person answers.
public enum PromptAnswer: Sendable {
    /// A PIN.
    case pin(Secret)
    /// The 14 digits of 照合番号B.
    case visualCode(Secret)
    /// They pressed cancel.
    case cancelled
    /// Nobody can be asked: there is no screen and no terminal.
    case failed(any DiagnosedError)
}

/// Somebody simulated, who answers every question after a while in the same way.
public final class PreparedPatient: Prompts {
    /// The source of the answers.
    public let source: SourceID
    private let station: Station
    private let pin: Secret
    private let visualCode: Secret?
    private let delay: Duration

    /// A person who types `pin`, and the 照合番号B of the card, in `delay`; without one they press cancel.
    public init(pin: Secret, visualCode: Secret? = nil, delay: Duration, on station: Station) {
        self.station = station
        self.pin = pin
        self.visualCode = visualCode
        self.delay = delay
        source = station.makeSource()
    }

    /// Schedules the answer.
    public func askPIN(triesLeft: Int?) -> UInt64 { answer(.pin(pin)) }

    /// Schedules the answer.
    public func askVisualCode() -> UInt64 { answer(visualCode.map(PromptAnswer.visualCode) ?? .cancelled) }

    private func answer(_ answer: PromptAnswer) -> UInt64 {
        let prompt = station.makeToken()
        station.schedule(Event(source: source, token: prompt, payload: answer), at: station.now + delay)
        return prompt
    }

    /// The answer that may still come is for nobody.
    public func withdraw(_ prompt: UInt64) {}
}
