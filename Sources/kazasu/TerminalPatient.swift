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
    private let given: [SecretRoute: Secret]
    private var asking: (prompt: UInt64, cancellation: Cancellation, thread: pthread_t)?
    private let startThread: (Question) -> pthread_t?

    /// What was `given` beforehand is not asked for. `startThread` starts a thread that puts the question, and returns nothing where the system has none to give.
    init(
        language: Language, given: [SecretRoute: Secret] = [:], on station: Station,
        startThread: @escaping (Question) -> pthread_t? = { $0.startThread() }
    ) {
        self.station = station
        self.given = given
        self.language = language
        self.startThread = startThread
        source = station.makeSource()
    }

    deinit { endThread() }

    func askPIN(triesLeft: Int?) -> UInt64 {
        ask(Self.question(triesLeft), for: .authenticationPIN) { .pin($0) }
    }

    func askVisualCode() -> UInt64 {
        ask(SecretRoute.visualCode.variable.summary, for: .visualCode) { .visualCode($0) }
    }

    private func ask(_ words: Sentence, for route: SecretRoute, as typed: @escaping @Sendable (Secret) -> PromptAnswer) -> UInt64 {
        endThread()
        let prompt = station.makeToken()
        let question = Question(
            text: words.text(in: language), cancellation: Cancellation(), inbox: station.inbox, source: source, prompt: prompt,
            typed: typed)
        if let secret = given[route] {
            question.answer(typed(secret))
        } else if let thread = startThread(question) {
            asking = (prompt, question.cancellation, thread)
        } else {
            question.answer(.failed(NoThread()))
        }
        return prompt
    }

    /// Takes the prompt back and waits until the terminal's settings are as before.
    func withdraw(_ prompt: UInt64) {
        if asking?.prompt == prompt { endThread() }
    }

    // A thread whose question is answered has ended; joining gives back what the system keeps of it.
    private func endThread() {
        guard let asking else { return }
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
    final class Question: Sendable {
        let text: String
        let cancellation: Cancellation
        let inbox: Inbox
        let source: SourceID
        let prompt: UInt64
        private let typed: @Sendable (Secret) -> PromptAnswer

        init(
            text: String, cancellation: Cancellation, inbox: Inbox, source: SourceID, prompt: UInt64,
            typed: @escaping @Sendable (Secret) -> PromptAnswer
        ) {
            self.text = text
            self.cancellation = cancellation
            self.inbox = inbox
            self.source = source
            self.prompt = prompt
            self.typed = typed
        }

        func answer(_ answer: PromptAnswer) { inbox.post(Event(source: source, token: prompt, payload: answer)) }

        func startThread() -> pthread_t? {
            let retained = Unmanaged.passRetained(self)
            var thread = pthread_t()
            let code = pthread_create(
                &thread, nil,
                { pointer in
                    if let pointer { Unmanaged<Question>.fromOpaque(pointer).takeRetainedValue().ask() }
                    return nil
                }, retained.toOpaque())
            guard code == 0 else {
                retained.release()
                return nil
            }
            return thread
        }

        private func ask() {
            do {
                answer(typed(try SecretInput.ask(text, cancellation: cancellation)))
            } catch SecretError.cancelled {
                answer(.cancelled)
            } catch {
                answer(.failed(error))
            }
        }
    }

    /// The system has no thread to give.
    private struct NoThread: DiagnosedError {
        let code = "prompt-failed"
        let sentence = Sentence(
            ja: "暗証番号をたずねられません。ほかのプログラムを終了して、やり直してください。",
            en: "The PIN cannot be asked for; end other programs and try again.")
        let cause: String? = "no thread"
        let category = FailureCategory.temporary
    }
}
