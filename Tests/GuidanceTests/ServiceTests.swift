import Guidance
import JapaneseCalendar
import SimulatorCatalog
import TestSupport
import Testing

@Suite struct ServiceTests {
    @Test(.holds("R030")) func thereAreTwoTypes() {
        #expect(ServiceType.allCases.map(\.name) == ["既存型", "資格確認限定型：簡素な資格確認の仕組み"])
    }

    private static let uses: [(day: String, facility: FacilityClass, services: Set<ServiceType>)] = [
        ("20210930", .medicalInstitution, []), ("20211001", .medicalInstitution, [.existing]),
        ("20211001", .dentalInstitution, [.existing]), ("20211001", .pharmacy, [.existing]), ("20240331", .checkupFacility, []),
        ("20240401", .checkupFacility, [.limited]), ("20240401", .treatmentFacility, [.limited]),
        ("20240630", .workplaceClinic, [.limited]), ("20240701", .workplaceClinic, [.existing, .limited]),
        ("20991231", .insurer, [.limited]), ("20240401", .pharmacy, [.existing, .limited]),
    ]

    @Test(.holds("R031"), arguments: uses)
    func whoMayUseWhatFromWhen(_ digits: String, _ facility: FacilityClass, _ services: Set<ServiceType>) throws {
        #expect(try ServiceTable.standard.services(for: facility, on: day(digits)) == services)
    }

    @Test(
        .holds("R221", "N26"),
        arguments: [
            (true, false, false, true), (false, true, false, true), (true, true, false, true), (false, false, false, false),
            (true, false, true, false), (false, true, true, false), (true, true, true, false), (false, false, true, false),
        ])
    func aWorkplaceClinicIsTiedToAnInsurerAndNotDesignated(_ contract: Bool, _ opened: Bool, _ designated: Bool, _ isOne: Bool) {
        let clinic = ClinicStanding(isUnderContract: contract, isOpenedByInsurer: opened, isDesignated: designated)
        #expect(clinic.isWorkplaceClinic == isOne)
    }

    @Test(
        .holds("R055"),
        arguments: [
            ("20230331", FacilityClass.medicalInstitution, IntroductionDuty.voluntary), ("20230401", .medicalInstitution, .duty),
            ("20230401", .dentalInstitution, .duty), ("20230401", .pharmacy, .duty), ("20991231", .workplaceClinic, .voluntary),
            ("20991231", .checkupFacility, .voluntary),
        ])
    func introductionIsADutyOfTheDesignated(_ digits: String, _ facility: FacilityClass, _ duty: IntroductionDuty) throws {
        #expect(try IntroductionDuty.of(facility, on: day(digits)) == duty)
    }

    @Test(
        .holds("R017", "R018", "R019", "R020", "R021", "R022"),
        arguments: [
            ("富士通Japan株式会社", "Caora", "PD-CA01"), ("パナソニック コネクト株式会社", "顔認証付きカードリーダー", "XC-STFR2JMN"),
            ("株式会社アルメックス", "Sma-paマイナタッチ", "CPS-100W"), ("キヤノンマーケティングジャパン株式会社", "Hi-CARA", "UFT-S190S(NU)"),
            ("アトラス情報サービス株式会社", "EXC-9000", "EXC-9000"),
        ])
    func aReaderIsFoundByMakerProductAndPartNumber(_ maker: String, _ product: String, _ partNumber: String) throws {
        let reader = try #require(CertifiedReader.named(maker))
        #expect((reader.maker, reader.product, reader.partNumber) == (maker, product, partNumber))
        #expect(CertifiedReader.named(product) == reader && CertifiedReader.named(partNumber) == reader)
    }

    @Test(.holds("R022")) func thereAreFiveAndNoOther() {
        #expect(CertifiedReader.all.count == 5 && Set(CertifiedReader.all.map(\.model)).count == 5)
        #expect(CertifiedReader.all.allSatisfy { SimulatorModel.named($0.model) != nil })
        #expect(CertifiedReader.named("RC-S380") == nil && CertifiedReader.named("") == nil)
    }
}
