import ReaderKit
import Station

// The card.

extension ContractRunner {
    func connect(_ slot: UInt8, within limit: Duration, _ outcome: ContractOutcome) throws(ContractFailure) {
        let reader = try theReader()
        let deadline = deadline(limit)
        guard let opened = try check(outcome, { () throws(ReaderError) in try reader.connect(slot: slot, until: deadline) }) else { return }
        channel = opened
        try checkAnswerToReset(opened)
        try expect(opened.slot == slot, "slot \(slot)", "\(opened.slot)")
        try expect(opened.readerName == bench.readerName, "the name '\(bench.readerName)'", "'\(opened.readerName)'")
        let carries = opened.carriesExtendedLength
        if bench.offers.contains(.extendedLength) { try expect(carries != false, "extended length", "short only") }
        if bench.offers.contains(.shortLength) { try expect(carries == false, "short length only", "extended, or not known") }
    }

    func warmReset(_ outcome: ContractOutcome) throws(ContractFailure) {
        let channel = try theChannel()
        let deadline = deadline(.seconds(10))
        let done: Void? = try check(outcome) { () throws(ReaderError) in try channel.warmReset(until: deadline) }
        if done != nil { try checkAnswerToReset(channel) }
    }

    private func checkAnswerToReset(_ channel: any CardChannel) throws(ContractFailure) {
        let count = channel.answerToReset.count
        try expect((2...33).contains(count), "an answer to reset of 2 to 33 bytes", "\(count)")
    }

    func transmit(_ command: [UInt8], within limit: Duration, _ expected: ContractResponse) throws(ContractFailure) {
        let channel = try theChannel()
        let deadline = deadline(limit)
        let outcome: ContractOutcome = if case .fails(let outcome) = expected { outcome } else { .works }
        var response: [UInt8] = []
        let sent: Void? = try check(outcome) { () throws(ReaderError) in
            try channel.transmit(command.span, into: &response, until: deadline)
        }
        // An error comes at the deadline at last, and not long after it.
        try expect(station.now <= deadline + .seconds(5), "an end within \(limit)", "one \(station.now - deadline) later")
        guard sent != nil else { return }
        try expect(response.count >= 2, "a response APDU", "\(response.count) bytes")
        let status = response.suffix(2).reduce(0) { $0 << 8 | UInt16($1) }
        let data = response.count - 2
        switch expected {
        case .data(let least, let wanted):
            try expect(status == wanted && data >= least, "\(hexadecimal(wanted)) and \(least) bytes", "\(hexadecimal(status)) and \(data)")
        case .status(let wanted): try expect(status == wanted, hexadecimal(wanted), hexadecimal(status))
        case .otherThan(let unwanted): try expect(status != unwanted, "another status than \(hexadecimal(unwanted))", "it")
        case .any, .fails: break
        }
    }

    func escape(_ bytes: [UInt8], _ outcome: ContractOutcome) throws(ContractFailure) {
        guard let lane = (try theReader() as? any FacetedReader)?.escape else {
            throw ContractFailure(expected: "an escape lane", got: "none")
        }
        let deadline = deadline(.seconds(10))
        try check(outcome) { () throws(ReaderError) in _ = try lane.escape(bytes, until: deadline) }
    }

    private func hexadecimal(_ status: UInt16) -> String {
        let digits = String(status, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
