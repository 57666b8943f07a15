import Centre
import Diagnosis
import Eligibility
import JapaneseCalendar
import MedicalAccess
import MyNumberCard
import ReaderKit
@testable import Reception
import TestSupport
import Testing

/// Every sentence that a person is shown, in Japanese and in English.
@Suite struct LanguageTests {
    /// Somebody whose data is ASCII, so that what is Japanese is ours.
    private static let person: EligibilityAnswer = {
        let day = CalendarDay(inJapanAtUnixTime: opening)
        var answer = EligibilityAnswer(
            validity: .valid,
            qualification: Qualification(
                insurerNumber: "06990014", insurerName: "TEST SOCIETY", symbol: "A", number: "1", branch: "01", contributionPercent: 30,
                from: day, lostOn: nil),
            person: InsuredPerson(name: "HANAKO", kana: "HANAKO", birth: day, sex: 2))
        answer.day = day
        return answer
    }()

    private static let treatment = TreatmentRecord(
        day: CalendarDay(inJapanAtUnixTime: opening), institution: "CLINIC", kind: .outpatient, type: "TEST", name: "TEST")

    private static let records: [MedicalRecords] = [
        .surgery([
            SurgeryRecord(kind: .operation, day: CalendarDay(inJapanAtUnixTime: opening), institution: "CLINIC", name: "APPENDECTOMY")
        ]),
        .diagnosis([treatment]),
        .drugs([
            DrugRecord(
                kind: .outpatient, prescribed: CalendarDay(inJapanAtUnixTime: opening), dispensed: nil, usage: "x", instruction: nil,
                form: .oral, product: "TABLET", generic: nil, quantity: "3", unit: "T", times: 7)
        ]),
        .checkup([
            CheckupRecord(
                day: CalendarDay(inJapanAtUnixTime: opening),
                values: Dictionary(uniqueKeysWithValues: CheckupItem.allCases.map { ($0, "1") }))
        ]),
        .specifiedDisease([]),
    ]

    private static func consent(_ agrees: Bool) -> Consent {
        var consent = Consent()
        for group in Consent.order { consent.answer(agrees, for: group) }
        return consent
    }

    /// One screen or more of each kind. A kind that is new has to be added here, or this does not compile.
    private static func samples(_ kind: ReceptionScreen) -> [ReceptionScreen] {
        switch kind {
        case .working, .openApp, .terms, .deviceSafety, .choosePasscode, .preparation, .accountMade, .lookAtBearer, .enterPIN, .holdCard,
            .offerCard, .consentRegistered, .checkPhoto, .nobodyFound, .logIn, .disasterSearch, .medicalSearch, .hidden, .bulkUpload:
            [kind]
        case .setUpForm: [.setUpForm(wrong: Set(SetUpField.allCases), refused: CentreRefusal.codeTooEarly.sentence)]
        case .deviceForm: [.deviceForm(refused: CentreRefusal.text.sentence)]
        case .activationCode: [.activationCode("ABC")]
        case .webAddress: [.webAddress("https://example.invalid/")]
        case .ready: [.ready(.pin), .ready(.visual), .ready(.face)]
        case .settings: [.settings([.pin, .visual], set: .pin)]
        case .consent: [.consent(method: nil), .consent(method: .pin)]
        case .consentTo: ScreenConsentGroup.allCases.map { .consentTo($0) }
        case .consentSummary: [.consentSummary(consent(true)), .consentSummary(consent(false))]
        case .compareInformation: [.compareInformation(person)]
        case .result:
            QualificationValidity.allCases.map { .result(EligibilityAnswer(validity: $0, qualification: nil, person: nil)) } + [
                .result(person)
            ]
        case .limitedResult: [.limitedResult(LimitedResult(person))]
        case .failureSearch: [.failureSearch(missing: SearchField.allCases.map { [$0] } + [Set(SearchField.allCases)])]
        case .candidates: [.candidates([person])]
        case .disasterConsent: [.disasterConsent(person)]
        case .chooseRecords: [.chooseRecords(Set(ConsentCategory.allCases))]
        case .records: records.map { .records($0) }
        case .processing: [.processing(reception: "1")]
        case .message: ReceptionRefusal.allCases.map { .message($0.sentence) } + CentreRefusal.allCases.map { .message($0.sentence) }
        }
    }

    private static let kinds: [ReceptionScreen] = [
        .working, .openApp, .terms, .deviceSafety, .choosePasscode, .preparation, .accountMade, .lookAtBearer, .enterPIN, .holdCard,
        .offerCard, .consentRegistered, .checkPhoto, .nobodyFound, .logIn, .disasterSearch, .medicalSearch, .hidden, .bulkUpload,
        .setUpForm(wrong: [], refused: nil), .deviceForm(refused: nil), .activationCode(""), .webAddress(""), .ready(.pin),
        .settings([], set: .pin), .consent(method: nil), .consentTo(.treatment), .consentSummary(consent(true)),
        .compareInformation(person),
        .result(person), .limitedResult(LimitedResult(person)), .failureSearch(missing: []), .candidates([]), .disasterConsent(person),
        .chooseRecords([]), .records(.drugs([])), .processing(reception: ""), .message(ReceptionRefusal.account.sentence),
    ]

    @Test func everyScreenOfTheReceptionIsInBothLanguages() {
        let screens = Self.kinds.flatMap(Self.samples)
        #expect(screens.count > 90)
        for screen in screens {
            let text = ReceptionText.text(screen)
            for sentence in [text.heading] + text.lines + text.buttons + [text.note].compactMap({ $0 }) { check(sentence, "\(screen)") }
        }
    }

    /// Outcomes that a person is told of, with every refusal of centre and reception in them.
    @Test func everyOutcomeIsInBothLanguages() {
        let errors: [any DiagnosedError] =
            ReceptionRefusal.allCases + CentreRefusal.allCases.map { CentreError($0) } + AccessRefusal.allCases
            + [
                CentreError.otherAnswer, AuditError(cause: nil), KeptResultsError(path: "x", reason: .damaged("y")),
                KeptResultsError(path: "x", reason: .unreadable(1)), KeptResultsError(path: "x", reason: .notWritten(1)),
            ]
        let outcomes: [VisitOutcome] =
            [
                .cancelled, .timedOut, .cardRemoved, .notMyNumberCard, .pinBlocked, .lastTryKept, .pinRejected(triesLeft: 2),
                .certificateNotChecked, .cardNotChecked, .sightNotConfirmed, .methodNotOffered(.face), .methodNotOffered(.pin),
            ] + errors.map { .failed($0) }
        for outcome in outcomes {
            for ending in [ReceptionOutcome.notCompleted(outcome), .consentUnknown(outcome), .registered(butNot: outcome)] {
                guard let sentence = ending.sentence else { continue }
                check(sentence, ending.code)
            }
        }
        for reason in VisualCheckReason.allCases { check(reason.name, reason.rawValue) }
        for profession in Profession.allCases { check(profession.name, profession.rawValue) }
    }

    /// The patient's screen of each kind at a certified reader. A kind that is new has to be added here, or this does not compile.
    private static func screens(_ kind: Screen.Kind) -> [Screen] {
        switch kind {
        case .placeCard: [.placeCard]
        case .chooseMethod: [.chooseMethod(Set(ScreenMethod.allCases))]
        case .lookIntoCamera: [.lookIntoCamera]
        case .enterPIN: [.enterPIN(triesLeft: nil), .enterPIN(triesLeft: 1), .enterPIN(triesLeft: 3)]
        case .chooseConsent: [.chooseConsent]
        case .consent: ScreenConsentGroup.allCases.map { .consent($0) }
        case .done: [.done(name: nil), .done(name: "HANAKO")]
        case .removeCard: [.removeCard]
        case .message: messages.map { .message($0.sentence) }
        }
    }

    private static let messages: [PatientMessage] =
        [
            .wrongPIN(triesLeft: 1), .wrongPIN(triesLeft: 2), .pinBlocked, .lastTryKept, .pinNotOffered(isBlocked: true),
            .pinNotOffered(isBlocked: false), .cardFaceUnreadable, .cardFaceTyped, .faceLocked, .sightNotConfirmed, .wrongPasscode,
            .passcodeRefused, .cardRefused, .otherCard,
        ] + FaceRejection.allCases.map { .faceRejected($0) }

    @Test func everyScreenOfAVisitIsInBothLanguages() {
        let texts =
            Screen.Kind.allCases.flatMap(Self.screens).flatMap { screen in
                [true, false].map { ScreenText(screen, showsStaffButton: $0, facility: nil) }
            } + StaffScreen.allCases.map { ScreenText($0) }
        #expect(texts.count > 50)
        for text in texts {
            for sentence in [text.heading] + text.lines + text.buttons + [text.note].compactMap({ $0 }) {
                check(sentence, text.heading.english)
            }
        }
        for reason in FaceRejection.allCases { _ = VisitOutcome.faceRejected(reason).sentence.map { check($0, reason.rawValue) } }
        for flaw in [CardFlaw.signature, .digest, .challenge] {
            _ = VisitOutcome.cardNotGenuine(flaw).sentence.map { check($0, "\(flaw)") }
        }
    }

    @Test func thisTestSeesWhatIsWrong() {
        for (japanese, english) in [("", "x"), ("あ", ""), ("abc", "abc"), ("あ", "あ"), ("abc", "xyz"), ("あ", "x あ")] {
            #expect(!Self.isWell(Sentence(ja: japanese, en: english)), "\(japanese) \(english)")
        }
    }

    private func check(_ sentence: Sentence, _ place: String) {
        #expect(Self.isWell(sentence), "\(place): \(sentence.japanese) / \(sentence.english)")
    }

    /// Both are there and differ, the Japanese has Japanese in it, and the English has none. An address is the same in both.
    private static func isWell(_ sentence: Sentence) -> Bool {
        guard !sentence.japanese.isEmpty, !sentence.english.isEmpty else { return false }
        if sentence.english.hasPrefix("https://") { return sentence.japanese == sentence.english }
        // Names of measures that are Latin letters in both languages.
        if ["AST 1", "ALT 1", "BMI 1", "LDH 1", "HDL 1", "LDL 1", "HbA1c 1", "CRP 1"].contains(sentence.english) { return true }
        return hasJapanese(sentence.japanese) && !hasJapanese(sentence.english) && sentence.japanese != sentence.english
    }

    /// Kana, kanji, and full-width signs.
    private static func hasJapanese(_ text: String) -> Bool {
        text.unicodeScalars.contains {
            (0x3000...0x30FF).contains($0.value) || (0x3400...0x9FFF).contains($0.value) || (0xFF00...0xFFEF).contains($0.value)
        }
    }
}
