import Centre
import MedicalAccess
import TestSupport
import Testing

@testable import CentreSimulator

/// 資格情報照会（システム障害時）.
@Suite struct EmergencyTests {
    let counter: Counter

    init() throws { counter = try Counter() }

    static let call = EnablingStep.call(institution: "9910000001", name: "試験クリニック", contact: "試験 花子")
    static let report = EnablingStep.report(title: "システム障害時機能の利用報告")

    private func take(_ step: EnablingStep) throws -> EnablingState {
        guard case .systemFailure(.step(let state)) = try counter.ask(.systemFailure(.step(step))) else { throw CentreError.otherAnswer }
        return state
    }

    private func enable() throws {
        _ = try take(Self.call)
        _ = try take(.callBack(phone: "099-000-0000"))
        _ = try take(.enable)
    }

    private func search(_ change: (inout SystemFailureSearch) -> Void = { _ in }) throws -> SystemFailureSearch {
        let person = try synthetic("診療")
        var search = SystemFailureSearch()
        search.birth = try day(person.birth)
        search.sex = person.sex
        search.day = try day("20261121")
        search.name = person.name
        search.address = person.address
        change(&search)
        return search
    }

    private func answer(_ search: SystemFailureSearch) throws -> SystemFailureAnswer {
        guard case .systemFailure(let answer) = try counter.ask(.systemFailure(.search(search))) else { throw CentreError.otherAnswer }
        return answer
    }

    @Test(.holds("R136")) func theFourStepsComeInTheirOrder() throws {
        let steps = [Self.call, .callBack(phone: "099-000-0000"), .enable, Self.report]
        let states = [EnablingState.called, .calledBack, .enabled, .reported]
        for (index, step) in steps.enumerated() {
            for (other, wrong) in steps.enumerated() where other != index {
                #expect(try counter.refusal(.systemFailure(.step(wrong))) == "centre-step-order")
            }
            #expect(try take(step) == states[index])
        }
        #expect(try take(Self.call) == .called, "the next time it begins anew")
    }

    @Test(.holds("R136")) func theCallCentreCallsTheRegisteredNumber() throws {
        var rules = CentreRules()
        rules.registeredPhone = "099-000-0000"
        let counter = try Counter(rules)
        _ = try counter.ask(.systemFailure(.step(Self.call)))
        #expect(try counter.refusal(.systemFailure(.step(.callBack(phone: "099-000-0001")))) == "centre-step-order")
        _ = try counter.ask(.systemFailure(.step(.callBack(phone: "099-000-0000"))))
    }

    @Test(.holds("R136"), arguments: [("991", "試験", "試験"), ("9910000001", "", "試験"), ("9910000001", "試験", "")])
    func theCallNamesInstitutionNameAndContact(institution: String, name: String, contact: String) throws {
        let step = EnablingStep.call(institution: institution, name: name, contact: contact)
        let code = try counter.refusal(.systemFailure(.step(step)))
        #expect(["centre-institution-code", "centre-text-length"].contains(code))
    }

    @Test(.holds("R138")) func theReportHasItsTitle() throws {
        try enable()
        #expect(try counter.refusal(.systemFailure(.step(.report(title: "利用報告")))) == "centre-text-length")
        #expect(try take(Self.report) == .reported)
    }

    @Test(.holds("R145")) func itIsRefusedUnlessItIsEnabled() throws {
        let search = try search()
        for step in [Self.call, .callBack(phone: "099-000-0000"), .enable] {
            #expect(try counter.refusal(.systemFailure(.search(search))) == "centre-system-failure-off")
            _ = try take(step)
        }
        _ = try answer(search)
        _ = try take(Self.report)
        #expect(try counter.refusal(.systemFailure(.search(search))) == "centre-system-failure-off")
    }

    @Test(.holds("R141", "R142", "R143", "N11")) func whatMustBeFilledIn() throws {
        try enable()
        let changes: [(inout SystemFailureSearch) -> Void] = [
            { $0.birth = nil }, { $0.sex = nil }, { $0.day = nil }, { $0.name = nil }, { $0.name = "" }, { $0.address = nil },
            { $0.address = "" },
        ]
        for change in changes {
            #expect(try counter.refusal(.systemFailure(.search(try search(change)))) == "centre-search-incomplete")
        }
        let sufficient: [(inout SystemFailureSearch) -> Void] = [
            {
                $0.name = nil; $0.kana = "シケン シンリョウ"
            },
            {
                $0.address = nil; $0.insurer = "試験健康保険組合"
            },
            {
                $0.kana = "シケン シンリョウ"; $0.insurer = "試験健康保険組合"
            },
        ]
        for change in sufficient {
            guard case .one(let answer) = try answer(try search(change)) else {
                Issue.record("not found")
                continue
            }
            #expect(answer.person?.name == "試験 診療")
        }
    }

    @Test(.holds("R142", "N12")) func onlyTheWholeNameIsFound() throws {
        try enable()
        let changes: [(inout SystemFailureSearch) -> Void] = [
            { $0.name = "試験" }, { $0.name = "試験　診療" }, { $0.name = "試験診療" }, { $0.name = "試験 診療 " },
            { $0.kana = "シケン" }, { $0.address = "試験県試験市" }, { $0.insurer = "試験" }, { $0.birth = try? day("19660313") }, { $0.sex = 2 },
            { $0.name = "試験 診療%" }, { $0.name = "' OR 1=1 --" },
        ]
        for change in changes { #expect(try answer(try search(change)) == .nobody) }
    }

    @Test func aFoldedSearchIsARule() throws {
        #expect(SearchFolding.spacesAndWidth.matches("試験　ＡＢＣ", "試験 ABC"))
        #expect(!SearchFolding.exact.matches("試験　ＡＢＣ", "試験 ABC"))
        // Composed and decomposed letters are the same to Swift, not to 完全一致.
        #expect(!SearchFolding.exact.matches("が", "か\u{3099}"))
        #expect(CentreRules().searchFolding == .exact)
    }

    @Test(.holds("R144")) func oneHitOrSeveralOrNone() throws {
        try enable()
        let twin = try synthetic("同名")
        func same(_ change: (inout SystemFailureSearch) -> Void) throws -> SystemFailureAnswer {
            try answer(
                try search {
                    $0.birth = try? day(twin.birth)
                    $0.sex = twin.sex
                    $0.name = twin.name
                    $0.address = nil
                    change(&$0)
                })
        }
        guard case .several(let two) = try same({ $0.insurer = "試験健康保険組合" }) else {
            Issue.record("not several")
            return
        }
        #expect(two.map(\.person?.address) == ["試験県試験市同名町一丁目", "試験県試験市同名町二丁目"])
        guard case .one(let one) = try same({ $0.address = "試験県試験市同名町二丁目" }) else {
            Issue.record("not one")
            return
        }
        #expect(one.person?.address == "試験県試験市同名町二丁目")
        #expect(one.validity == .valid)
        #expect(one.consents.isEmpty)
        #expect(try same { $0.address = "試験県" } == .nobody)
    }

    @Test func theDayCounts() throws {
        try enable()
        guard case .one(let answer) = try answer(try search { $0.day = try? day("20150331") }) else { return }
        #expect(answer.validity == .none)
    }

    @Test(.holds("R140")) func onlyAtTheTerminal() throws {
        try enable()
        let search = CentreRequest.systemFailure(.search(try search()))
        #expect(try counter.refusal(search, from: CentreCaller(.receiptComputer)) == "centre-place-not-permitted")
    }
}
