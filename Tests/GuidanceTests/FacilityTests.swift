import Guidance
import JapaneseCalendar
import TestSupport
import Testing

@Suite struct FacilityTests {
    @Test(.holds("R012")) func thePortalsHaveTheirAddresses() {
        #expect(Portal.allCases.map(\.name) == ["医療機関等向け総合ポータルサイト", "施術所等向け総合ポータルサイト"])
        #expect(
            Portal.allCases.map(\.address) == [
                "https://iryohokenjyoho.service-now.com/csm", "https://iryohokenjyoho.service-now.com/omf",
            ])
    }

    @Test(
        .holds("R205"),
        arguments: [
            (FacilityClass.medicalInstitution, ServiceType.limited, Portal.medicalInstitutions),
            (.dentalInstitution, .limited, .treatmentFacilities), (.pharmacy, .limited, .treatmentFacilities),
            (.treatmentFacility, .limited, .treatmentFacilities), (.checkupFacility, .limited, .treatmentFacilities),
            (.insurer, .limited, .treatmentFacilities), (.workplaceClinic, .existing, .medicalInstitutions),
            (.medicalInstitution, .existing, .medicalInstitutions),
        ])
    func whichPortalIsForWhom(_ facility: FacilityClass, _ service: ServiceType, _ portal: Portal) {
        #expect(PortalTable.standard.portal(for: facility, service: service) == portal)
    }

    @Test(.holds("R204")) func anAccountIsGoodInItsOwnPortalOnly() {
        let table = PortalTable.standard
        #expect(
            table.steps(toUse: .treatmentFacilities, holding: .medicalInstitutions)
                == [.logOut, .createAccount(code: "健診実施機関コード"), .logIn])
        #expect(table.steps(toUse: .treatmentFacilities, holding: .treatmentFacilities) == [.logIn])
        #expect(table.steps(toUse: .medicalInstitutions, holding: nil) == [.createAccount(code: nil), .logIn])
    }

    @Test(.holds("R210")) func threeThingsAreNeeded() {
        #expect(
            Introduction.Need.allCases.map(\.name) == [
                "マイナンバーカードの読取・資格確認等のソフトウェア・機器の導入", "ネットワーク環境の整備", "レセコン、電子カルテ等の既存システムの改修等",
            ])
    }

    @Test(.holds("R211")) func preparationHasFourStepsInOrder() {
        typealias Step = Introduction.Step
        #expect(Step.allCases.map(\.rawValue) == [1, 2, 3, 4])
        #expect(Step.next(after: []) == .chooseReader && Step.next(after: [.chooseReader]) == .order)
        #expect(Step.next(after: [.chooseReader, .setUp]) == .order)
        #expect(Step.next(after: [.chooseReader, .order, .setUp]) == .subsidy && Step.next(after: Set(Step.allCases)) == nil)
        #expect(Set(Step.order.tasks).isSuperset(of: ["導入を希望する時期を伝える", "顔認証付きカードリーダーの製品名を伝える"]))
        #expect(Set(Step.setUp.tasks).isSuperset(of: ["利用申請", "運用テスト", "運用開始日の入力"]))
        #expect(Step.chooseReader.tasks == ["顔認証付きカードリーダーの選定", "申し込み"] && Step.subsidy.tasks == ["補助金申請"])
    }

    @Test(.holds("R212")) func posterAndPurposesAreOnDisplay() {
        #expect(Introduction.missing([]) == [.posterOrSticker, .updatedPurposes])
        #expect(Introduction.missing([.posterOrSticker]) == [.updatedPurposes])
        #expect(Introduction.missing([.posterOrSticker, .updatedPurposes]) == [])
    }

    @Test(.holds("R213")) func aClaimLineMayServeVerificationAlone() {
        #expect(ClaimLine(uses: [.verification]).canBeIntroduced && ClaimLine(uses: [.claims, .verification]).canBeIntroduced)
        #expect(!ClaimLine(uses: []).canBeIntroduced)
    }

    @Test(.holds("R184")) func theAppOpensByBiometricsOrItsSecret() {
        #expect(MobileDevice.Login.allCases == [.biometrics, .secret])
        #expect(SourceParameters.loginSecret.standard == "パスコード" && SourceParameters.loginSecret.others.map(\.value) == ["パスワード"])
    }

    @Test(.holds("R185")) func aMobileDeviceNeedsAntivirusSoftware() throws {
        let missing = MobileDevice.missing([])
        #expect(missing == [.antivirus] && MobileDevice.missing([.antivirus]) == [])
        #expect(try #require(missing.first).sentence.japanese.contains("ウイルス対策ソフト"))
    }

    @Test(.holds("R191")) func columnsDifferByReceiptComputer() {
        let record = ["診療月": "10月", "特別指示": "-", "数量": "2錠", "回数(回単位数)": "7", "薬剤名(商品名)": "ガスター"]
        #expect(
            DrugColumns.terminal.cells(of: record) == ["10月", "", "", "", "", "-", "", "ガスター", "", "2錠", "7"])
        #expect(
            DrugColumns.receiptComputer.cells(of: record) == ["", "10月", "", "", "", "", "ガスター", "", "", "7"])
    }
}
