import FaceReaderKit
import ISO7816
import ReaderKit
import ReaderTransport

/// The codes of screens, answers and verdicts (PROTOCOL.md, "Channel 2: control", assumed).
private let codes = FaceCodes(
    screens: [
        .placeCard: 0x01, .chooseMethod: 0x02, .lookIntoCamera: 0x03, .chooseConsent: 0x05, .consent: 0x06, .done: 0x07,
        .removeCard: 0x08, .message: 0x09,
    ], passcode: 0x0A, visualCheck: 0x0B,
    answers: [
        0x20: .method(.face), 0x21: .method(.pin), 0x22: .consentToAll, 0x23: .consentIndividually, 0x24: .consent(true),
        0x25: .consent(false), 0x26: .ended, 0x27: .timedOut, 0x28: .staffButton,
    ], typed: 0x2A,
    verdicts: [
        0x00: .accepted, 0x01: .rejected(.otherPerson), 0x02: .rejected(.covered), 0x03: .rejected(.notAlive),
        0x04: .rejected(.unclear), 0x05: .rejected(.badReference), 0x10: .timedOut, 0x11: .ended,
    ], lengthCount: 2, mostName: 120, mostSentence: 400)

extension LineOrder {
    /// Whether it goes over channel 1.
    var isForCards: Bool {
        switch self {
        case .powerOff, .power, .exchange: true
        default: false
        }
    }

    /// The message that it is (PROTOCOL.md, "Channel 1" and "Channel 2", assumed).
    var message: [UInt8] {
        switch self {
        case .powerOff: [0x01, 0x00]
        case .power(.cold): [0x01, 0x01]
        case .power(.warm): [0x01, 0x02]
        case .exchange(let command): [0x02] + command
        case .show(let prompt, let question): [0x10] + Self.long(prompt) + codes.screen(question)
        case .withdraw(let prompt): [0x11] + Self.long(prompt)
        case .verify(let prompt, let header, let digits):
            [0x12] + Self.long(prompt) + [header.cla, header.ins, header.p1, header.p2, digits]
        case .readCardFace(let prompt): [0x13] + Self.long(prompt)
        case .match(let prompt, let photograph): [0x14] + Self.long(prompt) + photograph
        case .passcodeIssued: [0x15]
        case .restart: [0x16]
        }
    }

    private static func long(_ prompt: UInt16) -> [UInt8] { UInt32(prompt).littleEndianBytes }
}

extension LineReport {
    /// A message of the device; `nil` for one that is not known.
    init?(_ message: [UInt8], from channel: Frame.Channel) {
        guard let code = message.first else { return nil }
        let rest = message.dropFirst()
        switch (channel, code) {
        case (.cards, 0x81):
            guard rest.count == 1, rest[1] <= 1 else { return nil }
            self = .card(isPresent: rest[1] == 1)
        case (.cards, 0x82): self = .powered(Self.results(rest).map { Array($0) })
        case (.cards, 0x83): self = .response(Self.results(rest), isLast: true)
        case (.control, 0x94): self = .touched
        case (.control, 0x90...0x9F):
            guard rest.count >= 4, let prompt = UInt16(exactly: rest.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }),
                let end = Self.end(code, rest.dropFirst(4))
            else { return nil }
            self = .ended(prompt: prompt, end)
        default: return nil
        }
    }

    /// How a prompt ended; `nil` for a code that ends none.
    private static func end(_ code: UInt8, _ results: ArraySlice<UInt8>) -> Result<FacetAnswer, ReaderError>? {
        let answer: FacetAnswer?
        switch code {
        case 0x90: answer = codes.answer(results)
        case 0x91:
            if results.count == 1, let failure = unverified(results) { return .failure(failure) }
            answer = verified(results).map { .pin($0) }
        case 0x92: answer = codes.cardFace(results)
        case 0x93: answer = codes.verdict(results)
        // Not refused, yet refused?
        case 0x9F: return Self.results(results).flatMap { _ in .failure(malformed("a refusal")) }
        default: return nil
        }
        return answer.map { .success($0) } ?? .failure(malformed("an answer"))
    }

    private static func verified(_ results: ArraySlice<UInt8>) -> PINPadResult? {
        let results = Array(results)
        switch results.first {
        case 0x00: return results.count == 3 ? .answered(StatusWord(sw1: results[1], sw2: results[2])) : nil
        case 0x01: return results.count == 1 ? .ended : nil
        case 0x02: return results.count == 1 ? .timedOut : nil
        default: return nil
        }
    }

    /// Why a PIN was not verified, by nobody's doing.
    private static func unverified(_ results: ArraySlice<UInt8>) -> ReaderError? {
        switch results.first {
        case 0x03: ReaderError(.noCard)
        case 0x04: ReaderError(.cardMute, cause: "the card was asked for the PIN; what became of the try is unknown")
        default: nil
        }
    }

    /// What follows a status that says `done`.
    private static func results(_ rest: ArraySlice<UInt8>) -> Result<ArraySlice<UInt8>, ReaderError> {
        guard let status = rest.first else { return .failure(malformed("a message without a status")) }
        return switch status {
        case 0x00: .success(rest.dropFirst())
        case 0x02: .failure(ReaderError(.notSupported, cause: "the reader does not know the message"))
        case 0x03: .failure(ReaderError(.inputOutput, cause: "the reader finds a parameter wrong"))
        case 0x04: .failure(ReaderError(.readerBusy, cause: "the reader says: not now"))
        case 0x05: .failure(ReaderError(.notSupported, cause: "not on this firmware"))
        case 0x10: .failure(ReaderError(.noCard))
        case 0x11: .failure(ReaderError(.cardMute))
        default: .failure(malformed("a status"))
        }
    }

    private static func malformed(_ what: String) -> ReaderError {
        ReaderError(.inputOutput, cause: "\(what) that the protocol does not know")
    }
}
