import Diagnosis
import FaceReaderKit
import ISO7816
import ReaderKit

// The messages of the device (PROTOCOL.md, "Device to host, by poll", assumed).

extension LineReport {
    /// The message in a body without its number; `nil` for one that is not known.
    init?(_ code: UInt8, _ rest: ArraySlice<UInt8>) {
        let rest = Array(rest)
        switch code {
        case UInt8(ascii: "r"): self = .ready(FaceFeatures(ready: rest))
        case UInt8(ascii: "t"):
            guard rest.count == 1, let tray = Tray(rawValue: rest[0]) else { return nil }
            self = .card(isPresent: tray == .cardWithIC)
        case UInt8(ascii: "p"): self = .powered(Self.checked(rest).map { Array($0) })
        case UInt8(ascii: "x"):
            let data = Self.checked(rest)
            guard case .success(let part) = data, let flag = part.first, flag <= 1 else {
                self = .response(data.flatMap { _ in .failure(Self.malformed("RESPONSE")) }, isLast: true)
                return
            }
            self = .response(.success(part.dropFirst()), isLast: flag == 0)
        // What became of a card without an IC. Its way is another one (保険証), which nobody here goes.
        case UInt8(ascii: "c"): return nil
        case UInt8(ascii: "u"): self = .touched
        default:
            guard let answer = Self.answer(code, rest.dropFirst(2)), rest.count >= 2 else { return nil }
            self = .ended(prompt: UInt16(rest[0]) << 8 | UInt16(rest[1]), answer)
        }
    }

    /// What follows a status that says `done`.
    private static func checked(_ rest: [UInt8]) -> Result<ArraySlice<UInt8>, ReaderError> {
        switch rest.first {
        case UInt8(ascii: "0"): .success(rest.dropFirst())
        case UInt8(ascii: "1"): .failure(ReaderError(.noCard))
        case UInt8(ascii: "2"): .failure(ReaderError(.cardMute))
        case UInt8(ascii: "3"): .failure(ReaderError(.readerBusy, cause: "the reader says: not now"))
        case UInt8(ascii: "4"): .failure(ReaderError(.inputOutput, cause: "the reader finds a parameter wrong"))
        case UInt8(ascii: "5"): .failure(ReaderError(.notSupported, cause: "not on this firmware"))
        default: .failure(malformed("a status"))
        }
    }

    /// The end of a prompt; `nil` for a code that ends none.
    private static func answer(_ code: UInt8, _ results: ArraySlice<UInt8>) -> Result<FacetAnswer, ReaderError>? {
        let answer: FacetAnswer?
        switch code {
        case UInt8(ascii: "a"): answer = touched(results)
        case UInt8(ascii: "v"):
            if results.count == 1, let failure = unverified(results) { return .failure(failure) }
            answer = verified(results).map { .pin($0) }
        // Not refused, yet refused?
        case UInt8(ascii: "n"): return checked(Array(results)).flatMap { _ in .failure(malformed("a refusal")) }
        case UInt8(ascii: "o"): answer = results.isEmpty ? .cardFace(nil) : digits(results, count: 14).map { .cardFace($0) }
        case UInt8(ascii: "m"): answer = results.count == 1 ? results.first.flatMap(verdict).map { .verdict($0) } : nil
        default: return nil
        }
        return answer.map { .success($0) } ?? .failure(malformed("an answer"))
    }

    private static func touched(_ results: ArraySlice<UInt8>) -> FacetAnswer? {
        if results.first == UInt8(ascii: "d") { return digits(results.dropFirst(), count: 4).map { .passcode($0) } }
        guard results.count == 1 else { return nil }
        return switch results.first {
        case UInt8(ascii: "f"): .screen(.method(.face))
        case UInt8(ascii: "p"): .screen(.method(.pin))
        case UInt8(ascii: "a"): .screen(.consentToAll)
        case UInt8(ascii: "i"): .screen(.consentIndividually)
        case UInt8(ascii: "y"): .screen(.consent(true))
        case UInt8(ascii: "n"): .screen(.consent(false))
        case UInt8(ascii: "e"): .screen(.ended)
        case UInt8(ascii: "s"): .screen(.staffButton)
        case UInt8(ascii: "t"): .screen(.timedOut)
        default: nil
        }
    }

    private static func verified(_ results: ArraySlice<UInt8>) -> PINPadResult? {
        let results = Array(results)
        switch results.first {
        case UInt8(ascii: "0"): return results.count == 3 ? .answered(StatusWord(sw1: results[1], sw2: results[2])) : nil
        case UInt8(ascii: "1"): return .ended
        case UInt8(ascii: "2"): return .timedOut
        default: return nil
        }
    }

    /// Why a PIN was not verified, by nobody's doing.
    private static func unverified(_ results: ArraySlice<UInt8>) -> ReaderError? {
        switch results.first {
        case UInt8(ascii: "3"): ReaderError(.noCard)
        case UInt8(ascii: "4"): ReaderError(.cardMute, cause: "the card was asked for the PIN; what became of the try is unknown")
        default: nil
        }
    }

    private static func verdict(_ code: UInt8) -> FaceVerdict? {
        switch code {
        case UInt8(ascii: "0"): .accepted
        case UInt8(ascii: "1"): .rejected(.otherPerson)
        case UInt8(ascii: "2"): .rejected(.covered)
        case UInt8(ascii: "3"): .rejected(.notAlive)
        case UInt8(ascii: "4"): .rejected(.unclear)
        case UInt8(ascii: "5"): .rejected(.badReference)
        case UInt8(ascii: "8"): .timedOut
        case UInt8(ascii: "9"): .ended
        default: nil
        }
    }

    private static func digits(_ bytes: ArraySlice<UInt8>, count: Int) -> Secret? {
        bytes.count == count && bytes.allSatisfy { (0x30...0x39).contains($0) } ? Secret(bytes) : nil
    }

    private static func malformed(_ what: String) -> ReaderError {
        ReaderError(.inputOutput, cause: "\(what) that the protocol does not know")
    }
}

extension FaceFeatures {
    /// From what follows the code of READY: the firmware's version, then the features in the last byte. There is no serial number.
    fileprivate init(ready rest: [UInt8]) {
        self.init(hasStaffButton: (rest.last ?? 0) & 0x01 != 0, hasVisualCheck: (rest.last ?? 0) & 0x02 != 0, serialNumber: "")
    }
}

/// What lies in the tray.
private enum Tray: UInt8 {
    case empty = 0x30
    case cardWithIC = 0x31
    /// Taken for an old insurance card, which goes to the camera.
    case cardWithoutIC = 0x32
}
