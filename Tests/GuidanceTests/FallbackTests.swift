import Guidance
import TestSupport
import Testing

@Suite struct FallbackTests {
    @Test(.holds("R130")) func sevenObstaclesAndAReference() {
        #expect(ReaderObstacle.allCases.map(\.number) == [1, 2, 3, 4, 5, 6, 7, nil])
        #expect(
            ReaderObstacle.allCases.map(\.sentence.japanese) == [
                "「資格情報なし」等と表示", "有効期限切れ等で患者のマイナンバーカードが使用できない", "ネットに繋がらない等の通信障害", "カードリーダーの故障",
                "災害時に患者がマイナンバーカードを紛失した場合", "顔認証がうまくいかない、暗証番号を忘れた場合",
                "車いす等の利用者や高齢者・障害者などカードリーダーの操作が困難", "発熱外来等、異なる動線での利用時",
            ])
    }

    @Test(
        .holds("R131"),
        arguments: [
            (ReaderObstacle.noEligibilityShown, [FallbackPattern.papers], [FallbackPattern]()), (.cardUnusable, [.papers], []),
            (.networkFailure, [.systemFailureMode, .papers], [.systemFailureMode]),
            (.readerBroken, [.systemFailureMode, .appOrWeb, .papers], [.systemFailureMode, .appOrWeb]),
            (.cardLostInDisaster, [.disasterMode], [.disasterMode]), (.identityFails, [.visualMode, .appOrWeb], [.visualMode]),
            (.cannotOperate, [.visualMode, .appOrWeb], [.visualMode]), (.differentRoute, [.appOrWeb], [.appOrWeb]),
        ])
    func whatHelpsAgainstWhat(_ obstacle: ReaderObstacle, _ patterns: [FallbackPattern], _ stated: [FallbackPattern]) {
        #expect(FallbackTable.standard.patterns(for: obstacle) == patterns)
        #expect(FallbackTable.stated.patterns(for: obstacle) == stated)
        #expect(FallbackTable.stated.lines.allSatisfy { $0.basis == .stated })
    }

    @Test(.holds("R131")) func thePatternsHaveTheLettersOfTheSource() {
        #expect(String(FallbackPattern.allCases.map(\.letter)) == "ABBCD")
    }

    @Test(.holds("R136")) func enablingTakesFourSteps() {
        let enabling = FailureModeEnabling.standard
        #expect(enabling.steps.map(\.actor) == [.facility, .callCentre, .implementingBody, .facility])
        #expect(enabling.missing(inStep: 1, given: []) == [.institutionCode, .facilityName, .contactName, .wish])
        #expect(enabling.missing(inStep: 1, given: [.institutionCode, .wish]) == [.facilityName, .contactName])
        #expect(enabling.missing(inStep: 1, given: [.institutionCode, .facilityName, .contactName, .wish]) == [])
        #expect(enabling.missing(inStep: 2, given: []) == [.reportForm] && enabling.missing(inStep: 3, given: []) == [])
        #expect(enabling.missing(inStep: 4, given: []) == [.report])
        #expect(enabling.missing(inStep: 0, given: []) == nil && enabling.missing(inStep: 5, given: []) == nil)
    }

    @Test(.holds("R137")) func threeStepsOfThemTakeThirtyMinutes() {
        #expect((FailureModeEnabling.standard.stepsUntilOpen, FailureModeEnabling.standard.minutesUntilOpen) == (3, 30))
    }

    @Test(.holds("R138")) func theReportHasItsTitle() {
        #expect(FailureModeEnabling.standard.reportTitle == "システム障害時機能の利用報告")
    }

    @Test(.holds("R153")) func mynaportalShowsDrugsWhereTheDisasterModeCannot() {
        #expect(MynaportalPath.steps == ["わたしの情報", "健康・医療", "診療・薬剤情報", "表示対象日を選択", "表示する"])
        #expect(MynaportalPath.pinDigits == 4 && MynaportalPath.downloads == ["PDF", "CSV"])
        #expect(MynaportalPath.devices == ["本人のスマートフォン", "家族のスマートフォン"])
        #expect(MynaportalPath.alsoShown == ["被保険者番号などの資格情報", "電子処方箋の処方・調剤情報"])
        #expect(MynaportalPath.views(in: .beta) == ["薬剤情報"])
        #expect(MynaportalPath.views(in: .regular) == ["薬剤情報", "診療情報", "特定健診情報"])
    }
}
