import Diagnosis
import Eligibility
import Guidance
import ReaderKit
import Staging
import TestSupport
import Testing

/// The words of the screens against a list that was written by hand from the guidance (R062, R064, R066, R068, R156), byte for byte.
@Suite struct ScreenTextTests {
    private static let published: [(screen: Screen, words: [String])] = [
        (.placeCard, ["マイナンバーカードを置いてください。"]),
        (
            .chooseMethod([.face, .pin]),
            ["本人確認の方法を選んでください。", "顔認証を行う", "暗証番号を入力", "終了する", "本人確認の情報は、他の目的には使用しません。"]
        ),
        (.chooseMethod([.face]), ["本人確認の方法を選んでください。", "顔認証を行う", "終了する", "本人確認の情報は、他の目的には使用しません。"]),
        (.chooseMethod([.pin]), ["本人確認の方法を選んでください。", "暗証番号を入力", "終了する", "本人確認の情報は、他の目的には使用しません。"]),
        (
            .chooseConsent,
            ["同意方法の確認", "過去の医療情報等の提供に同意しますか。", "【手術、傷病名、感染症／診療、お薬／健診】", "全て同意する", "個別に同意する"]
        ),
        (
            .done(name: "厚労 太郎"),
            ["厚労 太郎様", "確認が完了しました。", "終了する場合は、マイナンバーカードを取り出し、待合室でお待ちください。"]
        ),
        (.done(name: nil), ["確認が完了しました。", "終了する場合は、マイナンバーカードを取り出し、待合室でお待ちください。"]),
    ]

    private static let staff: [(screen: StaffScreen, words: [String])] = [
        (.passcode, ["目視確認用パスコードを入力してください", "中止"]),
        (.visualCheck, ["資格確認を開始します。", "目視で本人確認を行いマイナンバーカードを置いてください。", "中止"]),
    ]

    /// Ours, where the guidance has none.
    private static let assumed: [(screen: Screen, words: [String])] = [
        (.lookIntoCamera, ["カメラを見てください。", "終了する"]),
        (.enterPIN(triesLeft: 3), ["暗証番号を入力してください。", "残り3回", "終了する"]),
        (.enterPIN(triesLeft: nil), ["暗証番号を入力してください。", "終了する"]),
        (.consent(.surgery), ["【手術・傷病名・感染症】の情報の提供に同意しますか。", "同意する", "同意しない"]),
        (.consent(.treatment), ["【診療・お薬】の情報の提供に同意しますか。", "同意する", "同意しない"]),
        (.consent(.checkup), ["【健診】の情報の提供に同意しますか。", "同意する", "同意しない"]),
        (.removeCard, ["マイナンバーカードをお取りください。"]),
        (.message(Sentence(ja: "あ", en: "a")), ["あ", "終了する"]),
    ]

    @Test(.holds("R062", "R064", "R066", "R068")) func theWordsOfThePatientsScreens() {
        for (screen, words) in Self.published + Self.assumed {
            #expect(ScreenText(screen).text(in: .japanese).map { Array($0.utf8) } == words.map { Array($0.utf8) }, "\(screen)")
        }
        #expect(Set((Self.published + Self.assumed).map(\.screen.kind)) == Set(Screen.Kind.allCases), "every screen is in the list")
    }

    @Test(.holds("R068", "R069", "R070", "R156")) func theWordsOfTheStaffsScreens() {
        for (screen, words) in Self.staff { #expect(ScreenText(screen).text(in: .japanese) == words) }
        #expect(Self.staff.map(\.screen) == StaffScreen.allCases)
        #expect(
            ScreenText(.placeCard, showsStaffButton: true).text(in: .japanese) == ["マイナンバーカードを置いてください。", "職員用ボタン"])
    }

    @Test("暗証番号 is the patient's PIN only, パスコード the staff's only (R166)", .holds("R166"))
    func twoWords() {
        for (screen, _) in Self.published + Self.assumed {
            #expect(!ScreenText(screen).text(in: .japanese).contains { $0.contains("パスコード") })
        }
        for screen in StaffScreen.allCases { #expect(!ScreenText(screen).text(in: .japanese).contains { $0.contains("暗証番号") }) }
    }

    @Test(
        "A screen may be named in a stage as results name it",
        arguments: Screen.Kind.allCases.map(\.rawValue) + StaffScreen.allCases.map(\.rawValue))
    func cues(_ code: String) { #expect(StagedLine("\(code)#2+1s:end") != nil) }

    @Test("The words are those of the rule, byte for byte", .holds("R062", "R064", "R066"))
    func wordsOfTheRules() throws {
        let screens: [(String, Screen)] = [
            ("R062", .chooseMethod([.face, .pin])), ("R064", .chooseConsent), ("R066", .done(name: nil)),
        ]
        for (id, screen) in screens {
            let rule = Array(try #require(RuleBook.standard[id]).sentence.japanese.utf8)
            let words = ScreenText(screen).text(in: .japanese).map { Array($0.utf8) }
            // The rule sums some of the lines up; those that it quotes stand there as they are.
            let quoted = rule.quoted
            #expect(quoted.count >= 2)
            for quote in quoted where quote != Array("●●●××様".utf8) { #expect(words.contains(quote), "\(id)") }
        }
        #expect(ScreenText(.done(name: "●●●××")).heading.japanese == "●●●××様")
    }

    @Test func everyLineHasEnglishBeside() {
        for (screen, _) in Self.published + Self.assumed {
            let text = ScreenText(screen)
            let english = text.text(in: .english)
            #expect(english.count == text.text(in: .japanese).count)
            #expect(english.allSatisfy { !$0.isEmpty })
        }
    }
}

extension [UInt8] {
    /// What stands between 「 and 」.
    fileprivate var quoted: [[UInt8]] {
        var found: [[UInt8]] = []
        var rest = self[...]
        let (open, close) = (Array("「".utf8), Array("」".utf8))
        while let start = rest.firstRange(of: open), let end = rest[start.upperBound...].firstRange(of: close) {
            found.append(Array(rest[start.upperBound..<end.lowerBound]))
            rest = rest[end.upperBound...]
        }
        return found
    }
}
