import Cards
import Certificates
import Centre
import Glibc
import MedicalAccess
import TestSupport
import Testing

@testable import CentreSimulator

@Suite struct SyntheticPersonsTests {
    @Test func oneAtLeastForEveryAnswer() throws {
        let core = CentreCore(try .inMemory())
        let answers = try SyntheticPersons.all.filter(\.isRegistered).map { try core.answer(query($0, "20261121")) }
        #expect(Set(answers.map(\.validity)) == Set(QualificationValidity.allCases))
        #expect(Set(answers.compactMap(\.qualification?.contributionPercent)).isSuperset(of: [10, 20, 30]))
    }

    /// Somebody of the list bears Hanako's card, and Hanako theirs; nobody else is touched.
    @Test func anotherBearer() throws {
        let hanako = SyntheticPersons.hanako
        let showa = try #require(SyntheticPersons.bearing("7e570a000023"))
        #expect(showa.birth == "19261225" && SyntheticPersons.bearing("7e570a0000ff") == nil && SyntheticPersons.bearing("") == nil)
        let changed = SyntheticPersons.all(with: hanako.serial, borneBy: showa)
        #expect(changed.map(\.name) == SyntheticPersons.all.map(\.name))
        let other = zip(changed, SyntheticPersons.all).filter { $0.serial != $1.serial || $0.earlierSerial != $1.earlierSerial }.map(
            \.0.name)
        #expect(other == [hanako.name, SyntheticPersons.hanakoNext.name, showa.name])
        let counter = try Counter(database: .inMemory(persons: changed))
        #expect(try counter.eligibility(hanako).person?.name == showa.name)
        #expect(try counter.eligibility(showa).person?.name == hanako.name)
    }

    /// Each code of each table has somebody: OQSCD006 is above.
    @Test(.holds("R097", "R099", "R100")) func everyCodeHasSomebody() throws {
        var rules = CentreRules()
        rules.needsRegistration = false
        let counter = try Counter(rules)
        let answers = try SyntheticPersons.all.map { person in
            try counter.eligibility(person, consent: ConsentRegistration(in: .outpatient, [.specifiedDisease: true]))
        }
        let held = answers.compactMap(\.qualification)
        #expect(Set(answers.compactMap(\.person?.sex)) == [1, 2, 3], "OQSCD007")
        #expect(Set(held.compactMap(\.reasonOfLoss)) == Set(LossReason.allCases), "OQSCD008")
        #expect(Set(held.map(\.relation)) == Set(InsuredRelation.allCases), "OQSCD009")
        #expect(Set(held.map(\.cardClass)) == Set(InsuredCardClass.allCases), "OQSCD010")
        let limits = answers.flatMap(\.limits)
        #expect(Set(limits.map(\.kind)) == Set(LimitCertificate.Kind.allCases), "OQSCD011")
        #expect(Set(limits.map(\.level)) == Set(LimitCertificate.Level.allCases), "OQSCD012")
        #expect(limits.count == 16)
        #expect(Set(held.map(\.isPreschool)) == [true, false], "OQSCD015")
        let diseases = SyntheticPersons.all.flatMap(\.records).compactMap { record -> SpecifiedDiseaseCertificate.Disease? in
            if case .disease(let disease, _, _, _) = record { disease } else { nil }
        }
        #expect(Set(diseases) == Set(SpecifiedDiseaseCertificate.Disease.allCases), "OQSCD013")
        #expect(
            SpecifiedDiseaseCertificate.Disease.allCases.map(\.name.japanese) == [
                "人工腎臓を実施している慢性腎不全", "先天性血液凝固第Ⅷ因子障害又は第Ⅸ因子障害（血友病）", "抗ウイルス剤を投与している後天性免疫不全症候群",
            ])
        #expect(held.contains { $0.validUntil != nil && $0.issued != nil })
    }

    /// Both sides of each change of era, each era, and 29 February.
    @Test func bornInEachEra() throws {
        let births = Set(SyntheticPersons.all.map(\.birth))
        #expect(births.isSuperset(of: ["19120729", "19120730", "19261224", "19261225", "19890107", "19890108", "20190430", "20190501"]))
        #expect(births.contains { $0.hasSuffix("0229") })
    }

    /// 𠮷 stands outside of the plane that CP932 can name; 髙 does not.
    @Test func aNameThatCP932CannotHold() throws {
        let scalars = SyntheticPersons.all.flatMap { $0.name.unicodeScalars }
        #expect(scalars.contains("\u{20BB7}"))
        #expect(scalars.contains("\u{9AD9}"))
        let answer = try CentreCore(try .inMemory()).answer(query(try synthetic("𠮷田"), "20261121"))
        #expect(answer.person?.name == "試験 \u{20BB7}田")
    }

    @Test func thePublishedListIsWhatIsInserted() throws {
        let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let file = try #require(fopen("/\(folder)/Simulators/Centre/PATIENTS.md", "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        #expect(String(decoding: bytes[..<count], as: UTF8.self) == SyntheticPersons.list)
    }

    @Test(arguments: [
        (SyntheticHolder.hanako, SyntheticPersons.hanako), (.taro, SyntheticPersons.taro), (.expired, SyntheticPersons.expired),
    ])
    func theSerialsAreThoseOfTheCards(holder: SyntheticHolder, person: SyntheticPerson) throws {
        #expect(try Certificate(der: holder.authenticationCertificate).serial == CertificateSerial(person.serial))
    }

    @Test func theyCannotBeTakenForRealOnes() {
        #expect(Set(SyntheticPersons.all.map(\.serial)).count == SyntheticPersons.all.count)
        for person in SyntheticPersons.all {
            #expect(person.name.hasPrefix("試験 "))
            #expect(person.kana.hasPrefix("シケン "))
            #expect(person.serial.starts(with: [0x7E, 0x57]))
            for qualification in person.qualifications {
                #expect(qualification.insurerName.hasPrefix("試験"))
                let digits = qualification.insurerNumber.compactMap(\.wholeNumberValue)
                #expect(digits.suffix(6).prefix(2) == [9, 9], "prefectures are 01 to 47")
            }
        }
    }

    /// 検証番号: the sum of the digits, every second one doubled and its digits added, is a multiple of ten. 全国健康保険協会
    /// 東京支部 publishes 01130012.
    @Test func theCheckDigitsAreRight() {
        func isWellFormed(_ number: String) -> Bool {
            let digits = number.compactMap(\.wholeNumberValue).reversed().enumerated()
            return digits.reduce(0) { $0 + ($1.offset % 2 == 0 ? $1.element : $1.element * 2 / 10 + $1.element * 2 % 10) } % 10 == 0
        }
        #expect(isWellFormed("01130012"))
        #expect(!isWellFormed("01130013"))
        for qualification in SyntheticPersons.all.flatMap(\.qualifications) { #expect(isWellFormed(qualification.insurerNumber)) }
    }
}
