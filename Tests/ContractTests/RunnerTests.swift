import Conformance
import ContractBenches
import Diagnosis
import ISO7816
import ReaderKit
import Testing

/// The runner, on cases that must not pass.
@Suite struct RunnerTests {
    private func failed(_ contractCase: ContractCase, _ reader: String = "fujitsu-caora") throws -> ContractFailure? {
        guard case .failed(let failure) = ContractRunner(try #require(ContractReader.named(reader)).bench()).run(contractCase) else {
            return nil
        }
        return failure
    }

    private func made(
        _ steps: [ContractStep], needs: Set<ContractNeed> = [], limits: ContractLimits = ContractLimits(), provokes: Bool = false
    ) -> ContractCase {
        ContractCase("made.up", ja: "試験", en: "A test.", needs: needs, limits: limits, provokes: provokes, steps)
    }

    private let show = ContractStep.host(.ask(.screen(.chooseConsent), as: "a"))

    @Test func theFirstThingThatIsOtherwiseIsTold() throws {
        let steps: [ContractStep] = [
            .host(.open), show, .bench(.press(.consentToAll)), .host(.end(of: "a", .screen(.consentIndividually))), .host(.close),
        ]
        let failure = try #require(try failed(made(steps)))
        #expect(failure.step == 4)
        #expect(failure.expected.contains("consentIndividually") && failure.got.contains("consentToAll"))
        #expect("\(ContractVerdict.failed(failure))" == "failed: step 4: expected \(failure.expected), got \(failure.got)")
    }

    @Test(arguments: [
        // Nothing is open, nothing is known by that name, the facet is not there.
        ([ContractStep.host(.connect())], 1), ([.host(.open), .host(.withdraw("nobody"))], 2), ([.host(.open), .host(.escape([]))], 2),
        ([.host(.open), .host(.transmit([0, 0xA4, 0, 0], .any))], 2),
        // A card that is not there, one that is, a change too many.
        ([.host(.open), .host(.presence(true, within: .seconds(5)))], 2), ([.host(.open), .host(.connect())], 2),
        ([.bench(.place(.person), after: .zero), .host(.open), .host(.noPresence(for: .seconds(5)))], 3),
        ([.bench(.place(.person), after: .zero), .host(.open), .host(.connect(.fails(.noCard)))], 3),
        ([.bench(.place(.person), after: .zero), .host(.open), .host(.presence(true, changes: 2))], 3),
        ([.host(.open), .host(.presenceFails(.failsSomehow, within: .seconds(5)))], 2),
        ([.host(.open), .host(.announcePasscode(.fails(.notSupported)))], 2), ([.host(.open), .host(.staffButton(isShown: true))], 2),
        // It is still gone.
        ([.host(.open), .bench(.unplug), .host(.presenceFails(.fails(.readerGone))), .host(.reopen(within: .seconds(5)))], 4),
    ])
    func whatIsNotAsExpectedFails(_ steps: [ContractStep], _ step: Int) throws {
        #expect(try failed(made(steps))?.step == step)
    }

    @Test func aPromptThatEndsWhereNothingShouldIsFound() throws {
        #expect(try failed(made([.host(.open), show, .bench(.press(.consentToAll)), .host(.quiet(for: .seconds(5)))]))?.step == 4)
        #expect(try failed(made([.host(.open), show, .host(.end(of: "a", .screen(.timedOut), within: .seconds(50)))]))?.step == 3)
        #expect(
            try failed(
                made([.host(.open), show, .host(.end(of: "a", .screen(.timedOut), within: .seconds(90), notBefore: .seconds(80)))]))?
                .step
                == 3)
        #expect(try failed(made([.host(.open), show, .host(.isOver("a"))])) == nil)
    }

    @Test func limitsHold() throws {
        let idle: [ContractStep] = [.host(.open), .host(.quiet(for: .seconds(3)))]
        #expect(try failed(made(idle)) == nil)
        #expect(try failed(made(idle, limits: ContractLimits(time: .seconds(3)))) == nil)
        let transfers = try failed(made(idle, limits: ContractLimits(transfers: 1)))
        #expect(transfers?.step == 3 && transfers?.expected == "at most 1 transfers")
        // The wait ends with the case.
        let watch: [ContractStep] = [.host(.open), .host(.presence(true, within: .seconds(100)))]
        #expect(try failed(made(watch, limits: ContractLimits(time: .seconds(1))))?.step == 2)
    }

    @Test func aComplaintOfTheDeviceIsAFailureUnlessItIsProvoked() throws {
        let steps: [ContractStep] = [
            .host(.open), .host(.ask(.pin(.init(cla: 0, ins: 0x20, p1: 0, p2: 0x80), digits: 4), as: "pin")),
            .host(.end(of: "pin", .fails([.noCard]))),
        ]
        #expect(try failed(made(steps))?.expected == "no complaint of the device")
        #expect(try failed(made(steps, provokes: true)) == nil)
    }

    @Test func whatIsMissingMakesACaseNotApplicable() throws {
        let needing = made([.host(.open)], needs: [.facet(.escape), .card(.slow), .shortLength])
        guard case .notApplicable(let missing) = ContractRunner(try #require(ContractReader.named("fujitsu-caora")).bench()).run(needing)
        else {
            Issue.record("it was run")
            return
        }
        #expect(missing == [.facet(.escape), .shortLength])
        #expect("\(ContractVerdict.notApplicable(missing: missing))" == "not applicable: no facet escape, short length only")
    }

    @Test func whatTheBenchCannotDoIsAFailure() throws {
        let steps: [ContractStep] = [.host(.open), .bench(.walkAway)]
        #expect(try failed(made(steps), "card")?.expected == "the bench to do: Walk away from camera and screen.")
    }

    /// What a person is told is in both languages and different for each deed.
    @Test func everyDeedHasWords() throws {
        let deeds: [BenchDeed] =
            ContractCard.allCases.flatMap { [.place($0), .swap($0)] } + ContractButton.allCases.map { .press($0) }
            + ContractPerson.allCases.map { .stand($0) }
            + [
                .remove, .touch, .typePIN(.right), .typePIN(.wrong), .typePIN(.half), .typePasscode, .pressStaffButton, .walkAway, .unplug,
                .plug,
                .interrupt,
            ]
        #expect(Set(deeds.map(\.instruction.japanese)).count == deeds.count)
        #expect(Set(deeds.map(\.instruction.english)).count == deeds.count)
    }
}
