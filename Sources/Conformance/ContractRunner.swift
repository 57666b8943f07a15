import ReaderKit
import ReaderTransport
import Station

/// Runs one case at one bench.
public final class ContractRunner {
    let bench: any ContractBench
    var station: Station { bench.station }

    var reader: (any Reader)?
    var channel: (any CardChannel)?
    /// What is known of the card in slot 0.
    var known = CardPresence(isPresent: false, changes: 0)
    var prompts: [String: Prompt] = [:]
    /// Watches that were taken back.
    var abandoned: Set<UInt64> = []
    /// Until when the case may go on.
    private var end = Instant.distantFuture

    struct Prompt {
        let id: PromptID
        let question: ContractQuestion
        let began: Instant
        var isOver = false
    }

    /// A runner for one case at a bench that nobody has used yet.
    public init(_ bench: any ContractBench) { self.bench = bench }

    /// Runs the case; the reader is closed afterwards whatever happens.
    public func run(_ contractCase: ContractCase) -> ContractVerdict {
        let missing = contractCase.needs.subtracting(bench.offers)
        guard missing.isEmpty else { return .notApplicable(missing: missing) }
        let began = station.now
        end = began + contractCase.limits.time
        defer { reader?.close() }
        var step = 0
        do throws(ContractFailure) {
            for next in contractCase.steps {
                step += 1
                try run(next)
            }
            step += 1
            try checkEnd(of: contractCase, since: began)
            return .passed
        } catch {
            var failure = error
            failure.step = step
            return .failed(failure)
        }
    }

    private func run(_ step: ContractStep) throws(ContractFailure) {
        switch step {
        case .host(let step): try run(step)
        case .bench(let deed, let delay):
            do throws(BenchRefusal) { try bench.perform(deed, after: delay) } catch {
                throw ContractFailure(expected: "the bench to do: \(deed.instruction.english)", got: "\(error)")
            }
        }
    }

    private func run(_ step: HostStep) throws(ContractFailure) {
        switch step {
        case .open: try open()
        case .reopen(let limit): try reopen(within: limit)
        case .close: try theReader().close()
        case .checkIdentity: try checkIdentity()
        case .checkFacets: try checkFacets()
        case .checkScreens: try checkScreens()
        case .presence(let isPresent, let changes, let limit): try awaitPresence(isPresent, changes: changes, within: limit)
        case .noPresence(let time): try awaitNoPresence(for: time)
        case .presenceFails(let outcome, let limit): try awaitPresenceFailure(outcome, within: limit)
        case .abandonWatch: try abandonWatch()
        case .connect(let slot, let limit, let outcome): try connect(slot, within: limit, outcome)
        case .warmReset(let outcome): try warmReset(outcome)
        case .transmit(let command, let limit, let response): try transmit(command, within: limit, response)
        case .closeCard: try theChannel().close()
        case .ask(let question, let name): try ask(question, as: name)
        case .askFails(let question, let outcome): try check(outcome) { () throws(ReaderError) in _ = try self.begin(question) }
        case .end(let name, let end, let limit, let least): try awaitEnd(of: name, end, within: limit, notBefore: least)
        case .withdraw(let name): try withdraw(name)
        case .isOver(let name): try checkIsOver(name)
        case .quiet(let time): try checkQuiet(for: time)
        case .noPINOnCable: try expect(bench.hasSeenPIN != true, "no digits of a PIN on the cable", "some")
        case .announcePasscode(let outcome):
            let panel = try staffPanel()
            try check(outcome) { () throws(ReaderError) in try panel.announcePasscode() }
        case .staffButton(let isShown):
            try expect(staffPanel().showsStaffButton == isShown, "the staff button shown: \(isShown)", "\(!isShown)")
        case .restart:
            let panel = try staffPanel()
            try check(.works) { () throws(ReaderError) in try panel.restart() }
        case .escape(let bytes, let outcome): try escape(bytes, outcome)
        }
    }

    // MARK: The whole

    private func checkEnd(of contractCase: ContractCase, since began: Instant) throws(ContractFailure) {
        try checkStrays()
        let time = station.now - began
        try expect(time <= contractCase.limits.time, "at most \(contractCase.limits.time)", "\(time)")
        if let most = contractCase.limits.transfers, let transfers = bench.transfers {
            try expect(transfers <= most, "at most \(most) transfers", "\(transfers)")
        }
        if !contractCase.provokes {
            try expect(bench.complaints.isEmpty, "no complaint of the device", bench.complaints.joined(separator: "; "))
        }
    }

    /// A deadline so long from now, and not after the end of the case.
    func deadline(_ limit: Duration) -> Instant { min(station.now + limit, end) }

    func expect(_ condition: Bool, _ expected: @autoclosure () -> String, _ got: @autoclosure () -> String) throws(ContractFailure) {
        if !condition { throw ContractFailure(expected: expected(), got: got()) }
    }

    /// Does something that may fail as expected; `nil` where it failed so.
    @discardableResult
    func check<Result>(_ outcome: ContractOutcome, _ body: () throws(ReaderError) -> Result) throws(ContractFailure) -> Result? {
        let result: Result
        do throws(ReaderError) { result = try body() } catch {
            try expect(outcome.reasons.contains(error.reason), "\(outcome)", "\(error)")
            return nil
        }
        try expect(outcome.mayWork, "\(outcome)", "success")
        return result
    }

    func theReader() throws(ContractFailure) -> any Reader {
        guard let reader else { throw ContractFailure(expected: "an open reader", got: "none") }
        return reader
    }

    func theChannel() throws(ContractFailure) -> any CardChannel {
        guard let channel else { throw ContractFailure(expected: "a card with power", got: "none") }
        return channel
    }
}

extension ContractOutcome: CustomStringConvertible {
    /// In words.
    public var description: String {
        let names =
            reasons.count == ReaderError.Reason.allCases.count ? "any error" : reasons.map(\.rawValue).sorted().joined(separator: " or ")
        return mayWork ? reasons.isEmpty ? "success" : "success or \(names)" : names
    }
}
