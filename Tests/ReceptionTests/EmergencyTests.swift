import Centre
import Diagnosis
import Eligibility
import JapaneseCalendar
import MedicalAccess
import Reception
import TestSupport
import Testing

/// 資格情報照会（システム障害時） as a function.
@Suite struct FailureInquiryTests {
    private static func search(_ change: (inout SystemFailureSearch) -> Void = { _ in }) -> SystemFailureSearch {
        var search = SystemFailureSearch()
        search.birth = CalendarDay(inJapanAtUnixTime: opening)
        search.sex = 2
        search.day = CalendarDay(inJapanAtUnixTime: opening)
        search.name = hanakosName
        search.address = "試験県試験市"
        change(&search)
        return search
    }

    private static var inputs: [(name: String, input: ReceptionInput)] {
        [
            ("begin", .begin), ("search", .touched(.search(search()), by: .staff)),
            ("search for nothing", .touched(.search(SystemFailureSearch()), by: .staff)),
            ("nobody", .answered(.systemFailure(.nobody))), ("one", .answered(.systemFailure(.one(answer())))),
            ("two", .answered(.systemFailure(.several([answer(), answer(patient: "p2")])))),
            ("first", .touched(.choose(0), by: .staff)), ("third of two", .touched(.choose(2), by: .staff)),
            ("before the first", .touched(.choose(-1), by: .staff)), ("again", .touched(.again, by: .staff)),
            ("end", .touched(.end, by: .staff)), ("cancelled", .cancelled), ("timed out", .timedOut), ("refused", .failed(refusal)),
            ("other answer", .answered(.done)), ("step", .answered(.systemFailure(.step(.off)))), ("removed", .card(.cardRemoved)),
        ]
    }

    @Test func endsInIdleWhateverHappens() {
        let exploration = Exploration(FailureInquiry(), Self.inputs)
        print("inquiry at system failure: \(exploration.size)")
        checkEndings(exploration) { FailureInquiry($0.rules) }
        #expect(exploration.effects.compactMap(\.request).allSatisfy { if case .systemFailure(.search) = $0 { true } else { false } })
    }

    /// What must be filled in is checked before anything is sent: three fields, and one of each of two pairs.
    @Test(
        .holds("R141", "R142", "R143", "N11"),
        arguments: [
            ([], []), ([.birth], [[.birth]]), ([.sex], [[.sex]]), ([.day], [[.day]]), ([.name], [[.name, .kana]]),
            ([.address], [[.address, .insurer]]), ([.birth, .address], [[.birth], [.address, .insurer]]),
        ] as [([SearchField], [Set<SearchField>])])
    func whatIsMissingIsNotSent(_ empty: [SearchField], _ missing: [Set<SearchField>]) {
        let search = Self.search { search in
            for field in empty {
                switch field {
                case .birth: search.birth = nil
                case .sex: search.sex = nil
                case .day: search.day = nil
                case .name: search.name = " 　"
                case .address: search.address = ""
                case .kana, .insurer: break
                }
            }
        }
        var inquiry = FailureInquiry()
        _ = inquiry.receive(.begin)
        let effects = inquiry.receive(.touched(.search(search), by: .staff))
        #expect(effects.compactMap(\.request).isEmpty == !missing.isEmpty)
        guard !missing.isEmpty else { return }
        guard case .show(.failureSearch(missing))? = effects.first else {
            Issue.record("what is missing is not told: \(effects)")
            return
        }
        let words = ReceptionText.text(.failureSearch(missing: missing)).text(in: .japanese).joined()
        for field in missing.joined() { #expect(words.contains(field.name.japanese)) }
    }

    /// The other of a pair serves as well; a sex that the code table has not serves not.
    @Test(.holds("R142", "R143", "N11")) func eitherOfAPairServes() {
        let other = Self.search {
            $0.name = nil
            $0.address = nil
            $0.kana = "シケン ハナコ"
            $0.insurer = "試験健保"
        }
        #expect(SearchRules.standard.missing(in: other).isEmpty)
        #expect(SearchRules.standard.missing(in: Self.search { $0.sex = 0 }) == [[.sex]])
    }

    /// Nobody has a state of its own, one leads straight to the result, several to a list from which the staff choose.
    @Test(.holds("R140", "R144")) func hits() {
        func found(_ answer: SystemFailureAnswer) -> (FailureInquiry, [ReceptionEffect]) {
            var inquiry = FailureInquiry()
            _ = inquiry.receive(.begin)
            let asked = inquiry.receive(.touched(.search(Self.search()), by: .staff))
            #expect(asked.contains { if case .ask(.systemFailure(.search), from: .terminal) = $0 { true } else { false } })
            let effects = inquiry.receive(.answered(.systemFailure(answer)))
            return (inquiry, effects)
        }
        let nobody = found(.nobody)
        #expect(nobody.0.phase == .nobody)
        guard case .show(.nobodyFound)? = nobody.1.last else {
            Issue.record("nobody is not told")
            return
        }
        let one = found(.one(answer()))
        guard one.0.phase == .showing, case .show(.result(let shown))? = one.1.last else {
            Issue.record("one does not lead to the result")
            return
        }
        #expect(shown == answer())
        var (several, effects) = found(.several([answer(), answer(name: "試験 次郎")]))
        guard case .show(.candidates(let list))? = effects.last else {
            Issue.record("several are not listed")
            return
        }
        #expect(list.count == 2 && ReceptionText.text(.candidates(list)).text(in: .japanese).contains { $0.contains("試験 次郎") })
        effects = several.receive(.touched(.choose(1), by: .staff))
        guard case .show(.result(let chosen))? = effects.last else {
            Issue.record("the choice does not lead to the result")
            return
        }
        #expect(chosen.person?.name == "試験 次郎" && several.phase == .showing)
        let words = ReceptionText.text(.failureSearch(missing: [])).text(in: .japanese)
        #expect(words.first == "資格情報照会（システム障害時）" && words.contains("検索"))
        #expect(ReceptionText.text(.result(answer())).text(in: .japanese).first == "資格情報確認")
    }
}

/// 災害時医療情報閲覧 as a function.
@Suite struct DisasterViewingTests {
    private static let period = EmergencyOpening(name: "test", first: opening, last: opening + 86_400)
    private static let key = PatientKey("p1")
    private static let query = InsuredCardQuery(
        insurerNumber: "06990015", symbol: nil, number: "5698", branch: "01", birth: CalendarDay(inJapanAtUnixTime: opening),
        day: CalendarDay(inJapanAtUnixTime: opening))
    private static var logIn: ReceptionInput { .touched(.logIn(user: "dr01", password: Secret([0x31])), by: .staff) }

    private static func flow(_ place: CentreCaller.Place = .terminal) -> DisasterViewing {
        DisasterViewing(.init(place: place, professions: ["dr01": .doctor]))
    }

    private static func consent(_ agrees: Bool, of key: PatientKey = key) -> ReceptionInput {
        .answered(.disaster(.consent(EmergencyConsent(period, of: key, agrees: agrees, at: opening))))
    }

    private static var inputs: [(name: String, input: ReceptionInput)] {
        [
            ("begin", .begin), ("log in", logIn), ("viewing account", .answered(.account(.loggedIn(.medicalViewing)))),
            ("general account", .answered(.account(.loggedIn(.general)))), ("open", .answered(.disaster(.open(period)))),
            ("by card", .touched(.searchByCard(query), by: .staff)),
            (
                "by name",
                .touched(
                    .searchByPerson(name: hanakosName, birth: CalendarDay(inJapanAtUnixTime: opening), sex: 2, address: "試験県"), by: .staff)
            ),
            ("nobody", .answered(.disaster(.found([])))), ("one", .answered(.disaster(.found([answer()])))),
            ("two", .answered(.disaster(.found([answer(), answer(patient: "p2")])))), ("first", .touched(.choose(0), by: .staff)),
            ("third of two", .touched(.choose(2), by: .staff)), ("again", .touched(.again, by: .staff)),
            ("agrees", .touched(.consent(true), by: .staff)), ("refuses", .touched(.consent(false), by: .staff)),
            ("patient agrees", .touched(.consent(true), by: .patient)), ("consent registered", consent(true)),
            ("refusal registered", consent(false)), ("another's consent", consent(true, of: PatientKey("p9"))),
            ("drugs", .touched(.view(.drugs, from: nil, until: nil), by: .staff)),
            ("surgery", .touched(.view(.surgery, from: nil, until: nil), by: .staff)), ("records", .opened(drugs)), ("hidden", .hidden),
            ("not qualified", .refused(.notQualified)), ("end", .touched(.end, by: .staff)), ("cancelled", .cancelled),
            ("timed out", .timedOut), ("refused", .failed(refusal)), ("other answer", .answered(.done)), ("removed", .card(.cardRemoved)),
        ]
    }

    private static func explore(without left: Set<String> = []) -> Exploration<DisasterViewing> {
        Exploration(flow(), inputs.filter { !left.contains($0.name) })
    }

    @Test func endsInIdleWhateverHappens() {
        let exploration = Self.explore()
        print("viewing in a disaster: \(exploration.size)")
        checkEndings(exploration) { DisasterViewing($0.configuration) }
        // Medical information is never a part of a state.
        #expect(!exploration.states.contains { String(reflecting: $0).contains("試験錠") })
    }

    /// Log in, open, search, consent, choose, see.
    @Test(.holds("R150", "R149", "R148")) func order() {
        var flow = Self.flow()
        let effects = [
            .begin, Self.logIn, .answered(.account(.loggedIn(.medicalViewing))), .answered(.disaster(.open(Self.period))),
            .touched(.searchByCard(Self.query), by: .staff), .answered(.disaster(.found([answer()]))),
            .touched(.consent(true), by: .staff), Self.consent(true), .touched(.view(.drugs, from: nil, until: nil), by: .staff),
            .opened(drugs),
        ].flatMap { flow.receive($0) }
        let trail = effects.compactMap { effect -> String? in
            switch effect {
            case .show(.logIn): "log in"
            case .ask(.disaster(.open), _): "open"
            case .show(.disasterSearch): "search"
            case .show(.disasterConsent(let answer)): answer.qualification?.number == "5698" ? "consent" : nil
            case .show(.chooseRecords): "choose"
            case .view: "ask"
            case .show(.records): "see"
            default: nil
            }
        }
        #expect(trail == ["log in", "open", "search", "consent", "choose", "ask", "see"])
        let words = ReceptionText.text(.disasterSearch).text(in: .japanese)
        #expect(words.starts(with: ["災害時医療情報閲覧", "被保険者証等による検索", "氏名、住所等による検索"]))
        let byName = Self.explore(without: ["by card"]).effects
        #expect(byName.contains { if case .view = $0 { true } else { false } })
        let part = ReceptionText.text(.disasterConsent(answer())).text(in: .japanese)
        #expect(part.contains("保険者番号：06990015") && part.contains("記号・番号・枝番：1234 5698 01"))
    }

    @Test(.holds("R146", "N13"), arguments: CentreCaller.Place.allCases) func onlyAtTheTerminal(_ place: CentreCaller.Place) {
        var flow = Self.flow(place)
        let outcome = flow.receive(.begin).compactMap(\.outcome).first
        #expect(outcome?.code == (place == .terminal ? nil : "terminal-only"))
    }

    @Test(
        .holds("R147", "R200", "R201", "R202", "N13"),
        arguments: [(AccountRight.general, false), (.medicalViewing, true), (.administrator, true)])
    func accounts(_ right: AccountRight, _ serves: Bool) {
        var flow = Self.flow()
        _ = flow.receive(.begin)
        _ = flow.receive(Self.logIn)
        let effects = flow.receive(.answered(.account(.loggedIn(right))))
        #expect(effects.compactMap(\.outcome).first?.code == (serves ? nil : "account-not-permitted"))
        #expect(effects.compactMap(\.request).isEmpty == !serves)
    }

    /// Whom the facility has not identified is taken for nobody who may see anything.
    @Test(.holds("R112")) func whoIsNotIdentifiedIsNotQualified() {
        var flow = DisasterViewing(.init(professions: [:]))
        let effects = [
            .begin, Self.logIn, .answered(.account(.loggedIn(.medicalViewing))), .answered(.disaster(.open(Self.period))),
            .touched(.searchByCard(Self.query), by: .staff), .answered(.disaster(.found([answer()]))),
            .touched(.consent(true), by: .staff), Self.consent(true), .touched(.view(.drugs, from: nil, until: nil), by: .staff),
        ].flatMap { flow.receive($0) }
        var viewers: [Profession] = []
        for case .view(let view) in effects { viewers.append(view.viewer.profession) }
        #expect(viewers == [.clerk])
    }

    /// Nothing is asked for before the staff have registered that the patient agrees, and nothing that was not opened.
    @Test(.holds("R121", "R145a", "R151")) func nothingIsSeenWithoutConsent() {
        for left in [["agrees"], ["consent registered"], ["open"]] as [Set<String>] {
            let without = Self.explore(without: left.union(left == ["agrees"] ? ["consent registered"] : []))
            #expect(!without.effects.contains { if case .view = $0 { true } else { false } }, "without \(left)")
        }
        var categories: Set<ConsentCategory> = []
        for case .view(let view) in Self.explore().effects {
            categories.insert(view.category)
            guard case .emergency(let consent) = view.basis else {
                Issue.record("by \(view.basis)")
                continue
            }
            #expect(consent.agrees && view.patient == Self.key && view.viewer.profession == .doctor && view.place == .terminal)
        }
        #expect(categories == [.drugs])
        var offered: [Set<ConsentCategory>] = []
        for case .show(.chooseRecords(let categories)) in Self.explore().effects { offered.append(categories) }
        #expect(!offered.isEmpty && offered.allSatisfy { $0 == Self.period.categories })
        #expect(Self.period.categories == [.drugs, .diagnosis, .checkup])
        let codes = Set(Self.explore().effects.compactMap(\.outcome).map(\.code))
        #expect(codes.contains("registered-consent-missing"))
    }

    @Test(.holds("R152")) func theDrugs() {
        let words = ReceptionText.text(.records(drugs)).text(in: .japanese)
        #expect(words.prefix(3) == ["処方履歴", "年月 日 薬剤名 処方量 処方単位", "2026年4月 1日 試験錠５ｍｇ 3 錠"])
    }
}
