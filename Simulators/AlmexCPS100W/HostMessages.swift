import FaceTerminal
import Station

// What each message of the host does.

extension AlmexCPS100WSimulator {
    /// The largest photograph that is taken; assumed, the document sets no bound.
    private static let largestPhotograph = 1 << 20

    /// Carries out a message; false where it is wrong. The document knows no answer to a wrong one beside those of the card path, so that it is
    /// acknowledged, not carried out and complained of (assumed).
    func carryOut(_ code: UInt8, _ body: ArraySlice<UInt8>, at now: Instant) -> Bool {
        let body = Array(body)
        switch code {
        case UInt8(ascii: "S"): return show(body, at: now)
        case UInt8(ascii: "W"): return withdraw(body, at: now)
        case UInt8(ascii: "P"): return power(body, at: now)
        case UInt8(ascii: "X"): return exchange(body, at: now)
        case UInt8(ascii: "V"): return verify(body, at: now)
        case UInt8(ascii: "O"): return readCardFace(body, at: now)
        case UInt8(ascii: "M"): return match(body, at: now)
        case UInt8(ascii: "I"):
            if body.isEmpty, terminal.firmware.hasStaffButton { terminal.issuePasscode() }
            return body.isEmpty && terminal.firmware.hasStaffButton
        case UInt8(ascii: "B"):
            if body.isEmpty { restart(from: now) }
            return body.isEmpty
        default: return false
        }
    }

    private func prompt(_ body: [UInt8]) -> UInt32 { UInt32(body[0]) << 8 | UInt32(body[1]) }

    private func show(_ body: [UInt8], at now: Instant) -> Bool {
        guard body.count >= 3, let screen = screen(body[2], Array(body[3...])) else { return false }
        if screen.kind == .passcode, !terminal.firmware.hasStaffButton { return false }
        if screen.kind == .visualCheck, !terminal.firmware.hasVisualCheck { return false }
        // What is replaced is withdrawn, the keypad too.
        verification = nil
        terminal.show(screen, prompt: prompt(body), at: now)
        return true
    }

    private func screen(_ code: UInt8, _ rest: [UInt8]) -> PanelScreen? {
        switch (code, rest.count) {
        case (UInt8(ascii: "1"), 0): return .placeCard
        case (UInt8(ascii: "2"), 1) where (1...3).contains(rest[0]): return .chooseMethod(face: rest[0] & 1 != 0, pin: rest[0] & 2 != 0)
        case (UInt8(ascii: "3"), 0): return .camera
        case (UInt8(ascii: "5"), 0): return .chooseConsent
        case (UInt8(ascii: "6"), 1) where (1...3).contains(rest[0]): return .consent(group: rest[0])
        case (UInt8(ascii: "7"), 0): return .done(name: nil)
        case (UInt8(ascii: "7"), _): return String(validating: rest, as: UTF8.self).map { .done(name: $0) }
        case (UInt8(ascii: "8"), 0): return .removeCard
        case (UInt8(ascii: "9"), _):
            let parts = rest.split(separator: 0, omittingEmptySubsequences: false)
            guard parts.count == 2, let japanese = String(validating: parts[0], as: UTF8.self),
                let english = String(validating: parts[1], as: UTF8.self)
            else { return nil }
            return .message(japanese, english)
        case (UInt8(ascii: "A"), 0): return .passcode
        case (UInt8(ascii: "B"), 0): return .visualCheck
        default: return nil
        }
    }

    private func withdraw(_ body: [UInt8], at now: Instant) -> Bool {
        guard body.count == 2 else { return false }
        let prompt = prompt(body)
        if verification?.prompt == prompt, verification?.isAsked == false { verification = nil }
        if photograph?.prompt == prompt { photograph = nil }
        terminal.withdraw(prompt, at: now)
        return true
    }

    private func readCardFace(_ body: [UInt8], at now: Instant) -> Bool {
        guard body.count == 2, !terminal.isReading else { return false }
        terminal.readCardFace(prompt: prompt(body), at: now)
        return true
    }

    /// A part of the photograph; one for another prompt begins anew.
    private func match(_ body: [UInt8], at now: Instant) -> Bool {
        guard body.count >= 3, body[2] <= 1, !terminal.isMatching else { return false }
        let prompt = prompt(body)
        if photograph?.prompt != prompt { photograph = (prompt, []) }
        photograph?.bytes += body[3...]
        guard let coming = photograph, coming.bytes.count <= Self.largestPhotograph else {
            photograph = nil
            tell(message("m", prompt, [UInt8(ascii: "5")]))
            return false
        }
        if body[2] == 0 {
            photograph = nil
            terminal.match(coming.bytes, prompt: prompt, at: now)
        }
        return true
    }

    /// The keypad, for a VERIFY (ISO/IEC 7816-4, VERIFY command) to the card: a PIN in any other command could be written to a file and read back.
    private func verify(_ body: [UInt8], at now: Instant) -> Bool {
        guard body.count == 7 else { return false }
        let prompt = prompt(body)
        guard body[3] == 0x20, (1...12).contains(body[6]), tray.operation == nil, tray.isPowered else {
            // Without an outcome for it in the document: as if the person had ended it, and the card was not asked (assumed).
            tell(message("v", prompt, [UInt8(ascii: "1")]))
            return false
        }
        verification = nil
        terminal.show(.keypad(triesLeft: nil), prompt: prompt, at: now)
        verification = Verification(prompt: prompt, header: Array(body[2..<6]))
        terminal.askDigits(Int(body[6]), at: now)
        return true
    }

    /// Code, prompt and the rest of a message to the host.
    func message(_ code: UInt8.ASCII, _ prompt: UInt32, _ rest: [UInt8]) -> [UInt8] {
        [code.value, UInt8(truncatingIfNeeded: prompt >> 8), UInt8(truncatingIfNeeded: prompt)] + rest
    }
}

extension UInt8 {
    /// A byte that is written as its letter.
    struct ASCII: ExpressibleByUnicodeScalarLiteral {
        let value: UInt8
        init(unicodeScalarLiteral scalar: Unicode.Scalar) { value = UInt8(ascii: scalar) }
    }
}
