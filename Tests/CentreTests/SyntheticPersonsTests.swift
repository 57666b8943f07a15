import Cards
import Certificates
import Centre
import Testing

@testable import CentreSimulator

@Suite struct SyntheticPersonsTests {
    @Test func oneAtLeastForEveryAnswer() throws {
        let core = CentreCore(try .inMemory())
        let answers = try SyntheticPersons.all.filter(\.isRegistered).map { try core.answer(query($0, "20261121")) }
        #expect(Set(answers.map(\.validity)) == Set(QualificationValidity.allCases))
        #expect(Set(answers.compactMap(\.qualification?.contributionPercent)).isSuperset(of: [10, 20, 30]))
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
