import Commands
import Diagnosis
import Eligibility
import Glibc
import Station

/// A person at this program's terminal: asked on a thread of its own, so that the card can be watched meanwhile.
final class TerminalPatient: Prompts {
    let source: SourceID
    private let station: Station
    private let language: Language
    private var asking: (prompt: UInt64, cancellation: Cancellation, thread: pthread_t)?

    init(language: Language, on station: Station) {
        self.station = station
        self.language = language
        source = station.makeSource()
    }

    func askPIN(triesLeft: Int?) -> UInt64 {
        let prompt = station.makeToken()
        let cancellation = Cancellation()
        let question = Question(
            text: Self.question(triesLeft).text(in: language), cancellation: cancellation, inbox: station.inbox, source: source,
            prompt: prompt)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<Question>.fromOpaque(pointer).takeRetainedValue().ask() }
                return nil
            }, Unmanaged.passRetained(question).toOpaque())
        if code == 0 { asking = (prompt, cancellation, thread) }
        return prompt
    }

    /// Takes the prompt back and waits until the terminal's settings are as before.
    func withdraw(_ prompt: UInt64) {
        guard let asking, asking.prompt == prompt else { return }
        asking.cancellation.cancel()
        pthread_join(asking.thread, nil)
        self.asking = nil
    }

    private static func question(_ triesLeft: Int?) -> Sentence {
        guard let triesLeft else { return Sentence(ja: "利用者証明用の暗証番号（4桁）", en: "PIN of the card (4 digits)") }
        return Sentence(
            ja: "利用者証明用の暗証番号（4桁、残り\(triesLeft)回）", en: "PIN of the card (4 digits, \(triesLeft) tries left)")
    }

    /// One question, handed to the thread that asks it.
    private final class Question: Sendable {
        let text: String
        let cancellation: Cancellation
        let inbox: Inbox
        let source: SourceID
        let prompt: UInt64

        init(text: String, cancellation: Cancellation, inbox: Inbox, source: SourceID, prompt: UInt64) {
            self.text = text
            self.cancellation = cancellation
            self.inbox = inbox
            self.source = source
            self.prompt = prompt
        }

        func ask() {
            let answer: PromptAnswer
            do {
                answer = .pin(try SecretInput.ask(text, cancellation: cancellation))
            } catch SecretError.cancelled {
                answer = .cancelled
            } catch {
                answer = .failed(error)
            }
            inbox.post(Event(source: source, token: prompt, payload: answer))
        }
    }
}
