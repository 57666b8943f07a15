import Centre
import Eligibility
import MedicalAccess
import Reception
import TestSupport
import Testing

/// 資格確認限定型 as a function.
@Suite struct LimitedAppTests {
    private static let token = DeviceToken("device1")

    private static func app(_ method: IdentityMethod = .visual, on kind: DeviceKind = .windows) -> LimitedApp {
        LimitedApp(.init(device: ReceptionDevice(kind), token: token, method: method))
    }

    private static var inputs: [(name: String, input: ReceptionInput)] {
        cardInputs + [
            ("authenticated", .answered(.app(.authenticated))), ("settings", .touched(.openSettings, by: .staff)),
            ("visual", .touched(.method(.visual), by: .staff)), ("PIN", .touched(.method(.pin), by: .staff)),
            ("face", .touched(.method(.face), by: .staff)), ("start", .touched(.start, by: .staff)),
            ("answered", .answered(.eligibility(answer()))), ("consent", .touched(.consentToAll, by: .patient)),
            ("fetch", .touched(.fetch, by: .staff)), ("view", .touched(.view(.drugs, from: nil, until: nil), by: .staff)),
            ("records", .opened(drugs)),
        ]
    }

    private static func explore(without left: Set<String> = []) -> Exploration<LimitedApp> {
        Exploration(app(), inputs.filter { !left.contains($0.name) })
    }

    @Test func endsInIdleWhateverHappens() {
        let exploration = Self.explore()
        print("limited type: \(exploration.size)")
        checkEndings(exploration) { LimitedApp($0.configuration) }
    }

    /// Whatever happens, there is no way to medical information, and what is shown and kept has none.
    @Test(.holds("R030", "R035", "R110", "N01")) func asksForEligibilityOnly() {
        let exploration = Self.explore()
        var questions = 0
        for effect in exploration.effects {
            switch effect {
            case .askEligibility(let service, let consent, _):
                questions += 1
                #expect(service == .limited && consent == nil)
            case .ask(.app(.authenticate), _): break
            case .ask, .registerCard, .view, .book: Issue.record("\(effect)")
            case .keep(let result): #expect(!String(reflecting: result).contains("SealedRecords") && !"\(result)".contains("ConsentState"))
            case .show(let screen):
                switch screen {
                case .consent, .consentTo, .consentSummary, .consentRegistered, .result, .records, .chooseRecords, .candidates:
                    Issue.record("\(screen)")
                default: break
                }
            default: break
            }
        }
        #expect(questions > 0)
    }

    /// The staff's eye or the PIN, and no face, whatever is set.
    @Test(.holds("R034", "N02")) func offersNoFace() {
        let exploration = Self.explore()
        #expect(exploration.states.allSatisfy { $0.configuration.method != .face })
        var offered: [[IdentityMethod]] = []
        for case .show(.settings(let methods, _)) in exploration.effects { offered.append(methods) }
        #expect(!offered.isEmpty && offered.allSatisfy { Set($0) == [.visual, .pin] })
        var face = Self.app(.face)
        _ = face.receive(.begin)
        _ = face.receive(.answered(.app(.authenticated)))
        #expect(face.receive(.touched(.start, by: .staff)).first?.outcome?.code == "identity-not-offered")
        let words = ReceptionText.text(.settings([.visual, .pin], set: .visual)).text(in: .japanese).joined()
        #expect(!words.contains("顔認証"))
    }

    /// A device that the centre does not know comes no further: nobody is asked for anything, and no card is read.
    @Test(.holds("R039", "N04")) func anUnregisteredDeviceIsRefused() {
        var app = Self.app()
        let effects = app.receive(.begin)
        guard case .app(.authenticate(Self.token))? = effects.compactMap(\.request).first else {
            Issue.record("the device is not authenticated first")
            return
        }
        #expect(app.receive(.failed(refusal)).compactMap(\.outcome).first?.code == "not-permitted")
        #expect(app.isIdle)
        let without = Self.explore(without: ["authenticated"])
        #expect(!without.effects.contains { $0.step != nil || $0.asksEligibility })
    }

    /// Method, what is done for it, card, eligibility; each step waits for the one before.
    @Test(.holds("R042", "R045"), arguments: [IdentityMethod.pin, .visual]) func order(_ method: IdentityMethod) {
        var app = Self.app(method)
        var trail: [String] = []
        let proof: [ReceptionInput] =
            method == .pin
            ? [
                .pinTyped(by: .patient), .card(.cardPlaced), .card(.cardRead(.left(3), valid)), .card(.pinChecked(.verified)),
                .card(.proved),
            ]
            : [
                .touched(.looked, by: .staff), .visualCodeTyped, .card(.cardPlaced), .card(.cardRead(.left(3), valid)),
                .card(.photographRead), .card(.cardChecked(.valid(.synthetic))),
            ]
        for input in [.begin, .answered(.app(.authenticated)), .touched(.start, by: .staff)] + proof + [.answered(.eligibility(answer()))] {
            for effect in app.receive(input) {
                switch effect {
                case .show(.ready): trail.append("method")
                case .askPIN, .show(.lookAtBearer): trail.append("perform")
                case .card(.wait): trail.append("card")
                case .askEligibility: trail.append("centre")
                case .show(.limitedResult): trail.append("result")
                default: break
                }
            }
        }
        #expect(trail == ["method", "perform", "card", "centre", "result"])
        // Without the proof of the bearer the centre is not asked.
        #expect(!Self.explore(without: ["proved", "genuine"]).effects.contains { $0.asksEligibility })
        #expect(!Self.explore(without: ["looked", "PIN typed"]).effects.contains { $0.step != nil })
    }

    /// The menu switches the method, which stays for the next person.
    @Test(.holds("R041")) func theMenuSwitchesTheMethod() {
        var app = Self.app(.visual)
        for input in [.begin, .answered(.app(.authenticated)), .touched(.openSettings, by: .staff)] as [ReceptionInput] {
            _ = app.receive(input)
        }
        guard case .show(.ready(.pin))? = app.receive(.touched(.method(.pin), by: .staff)).first else {
            Issue.record("the method is not set")
            return
        }
        let effects = app.receive(.touched(.start, by: .staff))
        #expect(effects.contains { if case .askPIN(by: .patient) = $0 { true } else { false } })
        _ = app.receive(.cancelled)
        #expect(app.isIdle && app.configuration.method == .pin)
        #expect(ReceptionText.text(.ready(.pin)).text(in: .japanese).contains("設定メニュー"))
    }

    /// The facility's device, which reads cards by itself or has a reader.
    @Test(
        .holds("R036", "R037", "R038"),
        arguments: [
            (ReceptionDevice(.windows), nil), (ReceptionDevice(.android), nil), (ReceptionDevice(.iphone), nil),
            (ReceptionDevice(.ipad), nil),
            (ReceptionDevice(.iphone, owner: .patient), "device-not-the-facility-s"),
            (ReceptionDevice(.windows, readsCards: false), "reader-missing"), (ReceptionDevice(.ipad, readsCards: false), "reader-missing"),
        ] as [(ReceptionDevice, String?)])
    func devices(_ device: ReceptionDevice, _ refusal: String?) {
        var app = LimitedApp(.init(device: device, token: Self.token))
        let effects = app.receive(.begin)
        #expect(effects.compactMap(\.outcome).first?.code == refusal)
        #expect(app.isIdle == (refusal != nil))
        #expect(DeviceRules.needReader == [.windows, .ipad])
    }

    /// The patient holds the card, and the words ask nobody to take it.
    @Test(.holds("R045", "R046")) func thePatientHoldsTheCard() {
        let card = ReceptionText.text(.holdCard).text(in: .japanese)
        #expect(card.first == "マイナンバーカードをかざしてください。")
        #expect(card.last?.contains("預かりません") == true)
        #expect(ReceptionText.text(.lookAtBearer).text(in: .japanese).last?.contains("預からず") == true)
    }

    /// What was shown is kept before anything can happen to it.
    @Test(.holds("R040")) func theResultIsKeptAsItIsShown() {
        let exploration = Self.explore()
        let shown = exploration.steps.filter { $0.effects.contains { if case .show(.limitedResult) = $0 { true } else { false } } }
        #expect(!shown.isEmpty)
        for step in shown { #expect(step.effects.contains { if case .keep = $0 { true } else { false } }) }
    }
}
