import Diagnosis
import FaceReaderKit
import ReaderKit

extension FaceEvent {
    /// The event in the payload of a frame (PROTOCOL.md, "Events", assumed); `nil` for one that is not known.
    init?(_ elements: Elements) {
        guard let code = elements.byte(0x03), let prompt = elements.number(0x04) else { return nil }
        switch code {
        case 0x01: self = .ended(prompt: prompt, by: Self.answer(elements), "ANSWER")
        case 0x02: self = .ended(prompt: prompt, by: Self.cardFace(elements), "FACE READ")
        case 0x03: self = .ended(prompt: prompt, by: elements.byte(0x53).flatMap(Self.verdict).map { .verdict($0) }, "VERDICT")
        case 0x04: self = .touched
        default: return nil
        }
    }

    private static func answer(_ elements: Elements) -> FacetAnswer? {
        switch elements.byte(0x50) {
        case 0x01: .screen(.method(.face))
        case 0x02: .screen(.method(.pin))
        case 0x03: .screen(.consentToAll)
        case 0x04: .screen(.consentIndividually)
        case 0x05: .screen(.consent(true))
        case 0x06: .screen(.consent(false))
        case 0x07: .screen(.ended)
        case 0x08: .screen(.staffButton)
        case 0x09: .screen(.timedOut)
        case 0x0A: elements[0x51].flatMap { Secret(digits: $0, count: 4) }.map { .passcode($0) }
        default: nil
        }
    }

    private static func cardFace(_ elements: Elements) -> FacetAnswer? {
        guard let read = elements[0x52] else { return .cardFace(nil) }
        return Secret(digits: read, count: 14).map { .cardFace($0) }
    }

    private static func verdict(_ code: UInt8) -> FaceVerdict? {
        switch code {
        case 0x00: .accepted
        case 0x01: .rejected(.otherPerson)
        case 0x02: .rejected(.covered)
        case 0x03: .rejected(.notAlive)
        case 0x04: .rejected(.unclear)
        case 0x05: .rejected(.badReference)
        case 0x10: .timedOut
        case 0x11: .ended
        default: nil
        }
    }
}
