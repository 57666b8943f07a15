import Centre
import Diagnosis
import Eligibility
import MedicalAccess
import Reception
import TestSupport
import Testing

/// マイナ在宅受付Web as a function.
@Suite struct WebReceptionTests {
    private static let address = "https://example.jp/reception/4f0c"

    private static func web(
        _ owner: ReceptionDevice.Owner = .patient, on kind: DeviceKind = .iphone, selfEvident: Bool = false
    ) -> WebReception {
        WebReception(.init(device: ReceptionDevice(kind, owner: owner), address: address, isSelfEvident: selfEvident))
    }

    private static var inputs: [(name: String, input: ReceptionInput)] {
        cardInputs + [
            ("address holds", .answered(.environment(.checked(true)))), ("address is old", .answered(.environment(.checked(false)))),
            ("all", .touched(.consentToAll, by: .patient)), ("staff: all", .touched(.consentToAll, by: .staff)),
            ("individually", .touched(.consentIndividually, by: .patient)), ("yes", .touched(.consent(true), by: .patient)),
            ("no", .touched(.consent(false), by: .patient)), ("settings", .touched(.openSettings, by: .staff)),
            ("set visual", .touched(.method(.visual), by: .staff)), ("eligible", .answered(.eligibility(answer()))),
            ("fetch", .touched(.fetch, by: .staff)), ("patient fetches", .touched(.fetch, by: .patient)),
            ("same photo", .touched(.photoMatches(true), by: .staff)), ("other photo", .touched(.photoMatches(false), by: .staff)),
            ("patient: same photo", .touched(.photoMatches(true), by: .patient)),
            ("same person", .touched(.informationMatches(true), by: .staff)),
            ("other person", .touched(.informationMatches(false), by: .staff)),
            ("patient: same person", .touched(.informationMatches(true), by: .patient)),
        ]
    }

    private static func explore(_ web: WebReception = web(), without left: Set<String> = []) -> Exploration<WebReception> {
        Exploration(web, inputs.filter { !left.contains($0.name) })
    }

    private static func drive(_ web: inout WebReception, _ inputs: ReceptionInput...) -> [ReceptionEffect] {
        inputs.flatMap { web.receive($0) }
    }

    @Test(arguments: ReceptionDevice.Owner.allCases) func endsInIdleWhateverHappens(_ owner: ReceptionDevice.Owner) {
        let exploration = Self.explore(Self.web(owner))
        print("web reception, device of \(owner): \(exploration.size)")
        checkEndings(exploration) { WebReception($0.configuration) }
    }

    /// Consent, PIN and card, registration; then on a patient's device the document, then the eligibility at the terminal, and the comparison.
    @Test(
        .holds("R119", "R120"),
        arguments: [
            (ReceptionDevice.Owner.patient, false, true), (.patient, true, false), (.facility, false, false), (.facility, true, false),
        ])
    func order(_ owner: ReceptionDevice.Owner, _ selfEvident: Bool, _ checksPhoto: Bool) {
        var web = Self.web(owner, selfEvident: selfEvident)
        var effects = Self.drive(
            &web, .begin, .answered(.environment(.checked(true))), .touched(.consentToAll, by: .patient), .pinTyped(by: .patient),
            .card(.cardPlaced), .card(.cardRead(.left(3), valid)), .card(.pinChecked(.verified)), .card(.proved),
            .answered(.eligibility(answer())), .touched(.fetch, by: .staff))
        if checksPhoto { effects += web.receive(.touched(.photoMatches(true), by: .staff)) }
        effects += Self.drive(&web, .answered(.eligibility(answer())), .touched(.informationMatches(true), by: .staff))
        let trail = effects.compactMap { effect -> String? in
            switch effect {
            case .show(.consent): "consent"
            case .askPIN: "PIN"
            case .card(.wait): "card"
            case .askEligibility(.full, let consent?, from: .web): consent.setting == .online ? "registration" : nil
            case .show(.consentRegistered): "registered"
            case .show(.checkPhoto): "photo"
            case .askEligibility(.full, consent: nil, from: .terminal): "eligibility"
            case .show(.compareInformation): "comparison"
            case .finish(.completed): "completed"
            default: nil
            }
        }
        let photo = checksPhoto ? ["photo"] : []
        #expect(trail == ["consent", "PIN", "card", "registration", "registered"] + photo + ["eligibility", "comparison", "completed"])
    }

    /// A document that shows somebody else, or other information, ends without the eligibility being used; only the staff judge.
    @Test(.holds("R119", "R120")) func theStaffJudge() {
        let patient = Self.explore(without: ["same photo"])
        #expect(!patient.effects.contains { if case .show(.compareInformation) = $0 { true } else { false } })
        let information = Self.explore(without: ["same person"])
        #expect(!information.effects.contains { if case .finish(.completed) = $0 { true } else { false } })
        let codes = Set(Self.explore().effects.compactMap(\.outcome).map(\.code))
        #expect(codes.isSuperset(of: ["registered-photo-of-other-person", "registered-patient-information-differs"]))
    }

    /// By PIN alone: no look at the bearer leads anywhere, and nothing offers it.
    @Test(.holds("R170", "N10")) func thereIsNoVisualCheck() {
        let exploration = Self.explore()
        for effect in exploration.effects {
            switch effect {
            case .show(.lookAtBearer), .show(.settings), .askVisualCode, .card(.readPhotograph): Issue.record("\(effect)")
            default: break
            }
        }
        #expect(!Self.explore(without: ["proved"]).effects.contains { $0.registration != nil })
        #expect(!Self.explore(without: ["PIN typed"]).effects.contains { $0.step != nil })
    }

    /// No iPad; else the facility's device and the patient's.
    @Test(.holds("R171", "R173", "N09"), arguments: DeviceKind.allCases, ReceptionDevice.Owner.allCases)
    func devices(_ kind: DeviceKind, _ owner: ReceptionDevice.Owner) {
        var web = Self.web(owner, on: kind)
        let refusal = web.receive(.begin).compactMap(\.outcome).first?.code
        #expect(refusal == (kind == .ipad ? "device-not-supported" : nil))
        var without = WebReception(.init(device: ReceptionDevice(.android, owner: owner, readsCards: false), address: Self.address))
        #expect(without.receive(.begin).compactMap(\.outcome).first?.code == "reader-missing")
    }

    /// The address is asked about before anybody is asked anything; one that was changed leads nowhere, nor does one while the function is off.
    @Test(.holds("R167", "R168")) func theAddressMustHold() {
        var web = Self.web()
        guard case .environment(.checkWebAddress(Self.address))? = web.receive(.begin).compactMap(\.request).first else {
            Issue.record("the address is not checked")
            return
        }
        #expect(web.receive(.answered(.environment(.checked(false)))).compactMap(\.outcome).first?.code == "web-address-invalid")
        _ = web.receive(.begin)
        #expect(web.receive(.failed(refusal)).compactMap(\.outcome).first?.code == "not-permitted")
        #expect(!Self.explore(without: ["address holds"]).effects.contains { $0.step != nil || $0.asksEligibility })
    }

    /// At the patient's own device only the patient answers; and nothing is registered without an answer to everything.
    @Test(.holds("R064", "R119")) func onlyAnswersAreRegistered() {
        #expect(!Self.explore(without: ["all", "individually"]).effects.contains { $0.registration != nil })
        #expect(Self.explore(Self.web(.facility), without: ["all", "individually"]).effects.contains { $0.registration != nil })
        #expect(!Self.explore(without: ["all", "no", "yes"]).effects.contains { $0.registration != nil })
    }

    /// What the centre has acknowledged stands, whatever comes; and a patient's device shows nobody's eligibility.
    @Test func whatIsAcknowledgedStands() {
        let exploration = Self.explore()
        let acknowledged: Set<WebReception.Phase> = [.registered, .checkingPhoto, .fetching, .comparing]
        for step in exploration.steps {
            for outcome in step.effects.compactMap(\.outcome) {
                switch outcome {
                case .completed, .registered: #expect(acknowledged.contains(step.from.phase))
                case .notCompleted:
                    #expect(!acknowledged.contains(step.from.phase))
                    if step.from.phase == .registering { #expect(step.name == "refused by the centre") }
                case .consentUnknown: #expect(step.from.phase == .registering)
                }
            }
            if step.from.phase == .registering {
                for case .show(let screen) in step.effects { #expect(!"\(screen)".contains(hanakosName)) }
            }
        }
    }
}
