import Guidance
import JapaneseCalendar
import TestSupport
import Testing

@Suite struct PaperTests {
    private func suffices(_ papers: Set<Paper>, _ purpose: PaperPurpose, _ digits: String = "20260401") throws -> Bool {
        try AcceptedPapers.standard.suffices(papers, for: purpose, on: day(digits))
    }

    @Test(.holds("R043")) func cardWithScreenOrNoticeCertificateAloneOrEmployeeCard() throws {
        let workplace = PaperPurpose.workplaceReception
        for papers: Set<Paper> in [[.myNumberCard, .mynaportalScreen], [.myNumberCard, .notice], [.certificate], [.employeeCard]] {
            #expect(try suffices(papers, workplace), "\(papers)")
        }
        for papers: Set<Paper> in [[], [.myNumberCard], [.mynaportalScreen], [.notice], [.mynaportalScreen, .notice]] {
            #expect(try !suffices(papers, workplace), "\(papers)")
        }
        #expect(try suffices([.myNumberCard, .mynaportalScreen], .checkupReception))
        #expect(try !suffices([.employeeCard], .checkupReception))
    }

    @Test(.holds("R044")) func theInsuranceOnAVoucherByNoticeOrCertificate() throws {
        #expect(try suffices([.myNumberCard, .notice], .checkupVoucher) && suffices([.certificate], .checkupVoucher))
        for papers: Set<Paper> in [[.notice], [.myNumberCard], [.myNumberCard, .mynaportalScreen], [.employeeCard]] {
            #expect(try !suffices(papers, .checkupVoucher), "\(papers)")
        }
    }

    @Test(
        .holds("R054"),
        arguments: [
            (true, "20251201", ForgottenCard.verifyByInsuranceCard), (true, "20251202", .asForgottenInsuranceCard),
            (false, "20251201", .asForgottenInsuranceCard),
        ])
    func whoForgotTheCardIsVerifiedByAnInsuranceCardWhileThatCounts(_ carries: Bool, _ digits: String, _ measure: ForgottenCard) throws {
        #expect(try ForgottenCard.measure(carriesInsuranceCard: carries, on: day(digits)) == measure)
        #expect(try suffices([.insuranceCard], .workplaceReception, digits) == (digits == "20251201"))
    }

    private func measure(_ presented: Set<Paper>, _ isRevisit: Bool, _ knows: Bool) throws -> PaperFallback.Measure {
        try PaperFallback().measure(presented: presented, isRevisit: isRevisit, knowsBillingData: knows, on: day("20260401"))
    }

    @Test(
        .holds("R132"),
        arguments: [
            Set([Paper.myNumberCard, .mynaportalScreen]), [.myNumberCard, .mynaportalPDF], [.myNumberCard, .notice],
            [.myNumberCard, .notice, .insuranceCard],
        ])
    func whatIsPresentedSuffices(_ papers: Set<Paper>) throws {
        #expect(try measure(papers, false, false) == .presented)
        #expect(try measure(papers.subtracting([.myNumberCard]), false, false) != .presented)
    }

    @Test(.holds("R134", "R135")) func aRevisitWithKnownDataIsAskedEverybodyElseDeclares() throws {
        #expect(try measure([.myNumberCard], true, true) == .oralConfirmation)
        for (isRevisit, knows) in [(true, false), (false, true), (false, false)] {
            #expect(try measure([.myNumberCard], isRevisit, knows) == .declaration)
        }
    }

    @Test(.holds("R133")) func aNoticeShowsThreeFieldsAndAsksForTheCard() {
        #expect(EligibilityNotice.fields == ["組合", "氏名", "負担割合"])
        #expect(EligibilityNotice.remark == "受診の際マイナ保険証が必要")
    }

    @Test(.holds("R085")) func whatAnInsuranceCardBears() {
        let front = InsuranceCardFace.front
        #expect(
            front.map(\.name) == [
                "本人・家族", "交付年月日", "記号", "番号", "枝番", "氏名", "フリガナ", "生年月日", "性別", "資格取得年月日", "事業所名称", "保険者番号",
                "保険者名称", "保険者所在地", "被保険者氏名",
            ])
        let digits = front.compactMap { field in field.digits.map { (field.name, $0) } }
        #expect(digits.map(\.0) == ["記号", "枝番", "保険者番号"] && digits.map(\.1) == [7...8, 2...2, 6...8])
        #expect(front.filter { $0.presence == .byInsurer }.map(\.name) == ["フリガナ", "事業所名称"])
        #expect(front.filter { $0.presence == .dependantsOnly }.map(\.name) == ["被保険者氏名"])
        #expect(InsuranceCardFace.back == ["住所", "備考", "臓器提供意思表示欄"])
    }

    @Test(.holds("R086", "R087")) func whatTheCardBearsAndItsChipHolds() {
        #expect(
            MyNumberCardFace.front == [
                "氏名", "住所", "生年月日", "性別", "顔写真", "電子証明書の有効期限", "製造番号", "セキュリティコード", "サインパネル領域", "臓器提供意思表示欄",
            ])
        #expect(MyNumberCardFace.back == ["氏名", "個人番号", "生年月日", "二次元コード", "磁気ストライプ", "ICチップ"])
        #expect(MyNumberCardFace.individualNumber == ["個人番号", "二次元コード"])
        #expect(MyNumberCardFace.digits == ["製造番号": 16, "セキュリティコード": 4])
        #expect(MyNumberCardFace.chip == ["券面記載事項", "電子証明書", "市町村が条例で定めた事項"])
    }
}
