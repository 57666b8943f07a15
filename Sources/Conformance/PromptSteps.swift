import Diagnosis
import ReaderKit
import Station

// What people are asked, and what the camera looks for.

extension ContractRunner {
    private func facets() throws(ContractFailure) -> any FacetedReader {
        guard let reader = try theReader() as? any FacetedReader else { throw ContractFailure(expected: "facets", got: "none") }
        return reader
    }

    func staffPanel() throws(ContractFailure) -> any StaffPanel {
        guard let panel = try facets().staffPanel else { throw ContractFailure(expected: "a staff panel", got: "none") }
        return panel
    }

    // MARK: Asking

    func ask(_ question: ContractQuestion, as name: String) throws(ContractFailure) {
        let began = station.now
        guard let id = try check(.works, { () throws(ReaderError) in try self.begin(question) }) else { return }
        try expect(!prompts.values.contains { $0.id == id }, "a prompt of its own", "the one of an earlier question")
        // A prompt never waits for a person.
        try expect(station.now - began <= .seconds(5), "an answer at once", "one after \(station.now - began)")
        prompts[name] = Prompt(id: id, question: question, began: station.now)
    }

    /// Asks. Throws `.notSupported` where the facet is not there.
    func begin(_ question: ContractQuestion) throws(ReaderError) -> PromptID {
        let reader = reader as? any FacetedReader
        return switch question {
        case .screen(let screen): try Self.there(reader?.patientScreen).show(screen)
        case .pin(let header, let digits): try Self.there(reader?.pinPad).verify(header, digits: digits, slot: 0)
        case .cardFace: try Self.there(reader?.face).readCardFace()
        case .match(let photograph): try Self.there(reader?.face).match(photograph: bytes(of: photograph))
        case .passcode: try Self.there(reader?.staffPanel).askPasscode()
        case .visualCheck: try Self.there(reader?.staffPanel).waitForVisualCheck()
        }
    }

    private func bytes(of photograph: ContractPhotograph) -> [UInt8] {
        switch photograph {
        case .ofThePerson: bench.photograph
        case .useless: [UInt8](repeating: 0x42, count: 5_000)
        case .empty: []
        }
    }

    func withdraw(_ name: String) throws(ContractFailure) {
        let prompt = try prompt(name)
        let reader = try facets()
        switch prompt.question {
        case .screen: reader.patientScreen?.withdraw(prompt.id)
        case .pin: reader.pinPad?.cancel(prompt.id)
        case .cardFace, .match: reader.face?.cancel(prompt.id)
        case .passcode, .visualCheck: reader.staffPanel?.withdraw(prompt.id)
        }
        prompts[name]?.isOver = true
    }

    private func prompt(_ name: String) throws(ContractFailure) -> Prompt {
        guard let prompt = prompts[name] else { throw ContractFailure(expected: "a prompt '\(name)'", got: "none") }
        return prompt
    }

    // MARK: Ends

    func awaitEnd(
        of name: String, _ expected: ContractEnd, within limit: Duration, notBefore least: Duration
    ) throws(ContractFailure) {
        let prompt = try prompt(name)
        guard case .event = station.next(from: try theReader().source, token: prompt.id.rawValue, until: deadline(limit)) else {
            throw ContractFailure(expected: "\(expected)", got: "nothing within \(limit)")
        }
        prompts[name]?.isOver = true
        let got = end(of: prompt)
        try expect(expected.covers(got), "\(expected)", "\(got)")
        try expect(station.now - prompt.began >= least, "an end after \(least) at least", "\(station.now - prompt.began)")
    }

    func checkIsOver(_ name: String) throws(ContractFailure) {
        let got = end(of: try prompt(name))
        try expect(got == .fails([.cancelled]), "no answer any more", "\(got)")
    }

    /// Takes the answer.
    private func end(of prompt: Prompt) -> ContractEnd {
        do throws(ReaderError) { return try answer(to: prompt) } catch { return .fails([error.reason]) }
    }

    private func answer(to prompt: Prompt) throws(ReaderError) -> ContractEnd {
        let reader = reader as? any FacetedReader
        return switch prompt.question {
        case .screen: .screen(try Self.there(reader?.patientScreen).answer(to: prompt.id))
        case .pin: Self.end(try Self.there(reader?.pinPad).result(prompt.id))
        case .cardFace: end(try Self.there(reader?.face).visualCode(prompt.id))
        case .match: .verdict(try Self.there(reader?.face).verdict(prompt.id))
        case .passcode: Self.end(try Self.there(reader?.staffPanel).passcode(prompt.id))
        case .visualCheck: .visualCheckLeft(try Self.there(reader?.staffPanel).wasLeft(prompt.id))
        }
    }

    private static func there<Facet>(_ facet: Facet?) throws(ReaderError) -> Facet {
        guard let facet else { throw ReaderError(.notSupported, cause: "the reader has no such facet") }
        return facet
    }

    private static func end(_ result: PINPadResult) -> ContractEnd {
        switch result {
        case .ended: .pinEnded
        case .timedOut: .pinTimedOut
        case .answered(let status) where status.rawValue == 0x9000: .pinAccepted
        case .answered(let status) where status.rawValue & 0xFFF0 == 0x63C0: .pinRefused
        case .answered: .pinOtherwise
        }
    }

    private func end(_ code: Secret) -> ContractEnd {
        Self.isDigits(code, count: 14) && bench.isPrinted(code) != false ? .cardFaceRead : .malformed
    }

    private static func end(_ passcode: Secret?) -> ContractEnd {
        guard let passcode else { return .passcodeLeft }
        return isDigits(passcode, count: 4) ? .passcodeTyped : .malformed
    }

    private static func isDigits(_ secret: Secret, count: Int) -> Bool {
        secret.count == count && secret.withBytes { bytes in bytes.indices.allSatisfy { (0x30...0x39).contains(bytes[$0]) } }
    }

    // MARK: Silence

    func checkQuiet(for time: Duration) throws(ContractFailure) {
        let end = deadline(time)
        while case .event(let event) = station.next(until: end) { try checkStray(event, includingOpen: true) }
    }

    /// What is over must not answer, however late.
    func checkStrays() throws(ContractFailure) {
        while !station.isCancelled, case .event(let event) = station.next(until: station.now) {
            try checkStray(event, includingOpen: false)
        }
    }

    private func checkStray(_ event: Event, includingOpen: Bool) throws(ContractFailure) {
        guard let reader, event.source == reader.source else { return }
        try expect(!abandoned.contains(event.token), "nothing of a watch that was taken back", "its event")
        for (name, prompt) in prompts where prompt.id.rawValue == event.token && (includingOpen || prompt.isOver) {
            throw ContractFailure(expected: "nothing of the prompt '\(name)'", got: "\(end(of: prompt))")
        }
    }
}

extension ContractEnd {
    /// Whether `got` is what is expected here.
    fileprivate func covers(_ got: ContractEnd) -> Bool {
        if case .fails(let expected) = self, case .fails(let reasons) = got { return reasons.isSubset(of: expected) }
        return self == got
    }
}
