import FaceTerminal
import Station

// What each command does.

extension ControlLane {
    private static let largestPart = 4_096

    func carryOut(_ elements: Elements?, at now: Instant) -> (Status, [UInt8]) {
        guard let elements, let code = elements.byte(0x01) else { return (.parameterWrong, []) }
        guard let command = Command(rawValue: code) else { return (.unknownCommand, []) }
        if let needed = CaoraEquipment(neededBy: command), !equipment.contains(needed) { return (.notOnThisFirmware, []) }
        switch command {
        case .hello: return (.done, hello(at: now))
        case .show: return (show(elements, at: now), [])
        case .withdraw: return (withdraw(elements, at: now), [])
        case .readFace: return (readFace(elements, at: now), [])
        case .match: return (match(elements, at: now), [])
        case .staff: return (staff(elements), [])
        case .restart: return (restart(at: now), [])
        case .facility: return (facility(elements), [])
        }
    }

    private func hello(at now: Instant) -> [UInt8] {
        orders.begin(at: now)
        let firmware = terminal.firmware
        // It has a sound.
        let features: UInt8 = (firmware.hasStaffButton ? 1 : 0) | (firmware.hasVisualCheck ? 2 : 0) | 4
        return Elements.element(0x10, firmware.version.utf8) + Elements.element(0x11, [features])
            + Elements.element(0x12, serialNumber.utf8)
            + (equipment == .caora ? [] : Elements.element(0x13, [equipment.rawValue]))
    }

    /// A prompt of the host's choice, never 0.
    private func prompt(_ elements: Elements) -> UInt32? {
        guard let prompt = elements.number(0x04), prompt != 0 else { return nil }
        return prompt
    }

    private func show(_ elements: Elements, at now: Instant) -> Status {
        guard let prompt = prompt(elements), let code = elements.byte(0x20) else { return .parameterWrong }
        return Status(orders.show(screen(code, elements), prompt: prompt, at: now))
    }

    private func screen(_ code: UInt8, _ elements: Elements) -> PanelScreen? {
        switch code {
        case 0x01: return .placeCard
        case 0x02:
            guard let methods = elements.byte(0x21), (1...3).contains(methods) else { return nil }
            return .chooseMethod(face: methods & 1 != 0, pin: methods & 2 != 0)
        case 0x03: return .camera
        case 0x04:
            guard elements.bytes(0x22) != nil else { return .keypad(triesLeft: nil) }
            return elements.byte(0x22).map { .keypad(triesLeft: $0) }
        case 0x05: return .chooseConsent
        case 0x06:
            guard let group = elements.byte(0x23), (1...5).contains(group) else { return nil }
            return .consent(group: group)
        case 0x07:
            guard elements.bytes(0x24) != nil else { return .done(name: nil) }
            return elements.text(0x24, atMost: 120).map { .done(name: $0) }
        case 0x08: return .removeCard
        case 0x09:
            guard let japanese = elements.text(0x25, atMost: 400), let english = elements.text(0x26, atMost: 400) else { return nil }
            return .message(japanese, english)
        case 0x0A: return .passcode
        case 0x0B: return .visualCheck
        default: return nil
        }
    }

    private func withdraw(_ elements: Elements, at now: Instant) -> Status {
        prompt(elements).map { Status(orders.withdraw($0, at: now)) } ?? .parameterWrong
    }

    private func readFace(_ elements: Elements, at now: Instant) -> Status {
        prompt(elements).map { Status(orders.readCardFace(prompt: $0, at: now)) } ?? .parameterWrong
    }

    private func match(_ elements: Elements, at now: Instant) -> Status {
        guard let prompt = prompt(elements), let offset = elements.number(0x30), let total = elements.number(0x31),
            let part = elements.bytes(0x32)
        else { return .parameterWrong }
        return Status(orders.match(part, offset: offset, total: total, most: Self.largestPart, prompt: prompt, at: now))
    }

    private func staff(_ elements: Elements) -> Status {
        elements.byte(0x40) == 1 ? Status(orders.issuePasscode()) : .parameterWrong
    }

    private func restart(at now: Instant) -> Status {
        device?.leave(at: now + timing.leave, backAfter: timing.boot)
        return .done
    }

    private func facility(_ elements: Elements) -> Status {
        guard let name = elements.text(0x41, atMost: 120) else { return .parameterWrong }
        facilityName = name
        return .done
    }
}
