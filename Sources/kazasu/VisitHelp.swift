import Diagnosis
import Staging

/// What `kazasu visit --help` says beside the options.
enum VisitHelp {
    static let discussion = Sentence(ja: japanese, en: english)

    private static func screens(_ language: Language) -> String {
        StagedScreen.allCases.map { "\($0.rawValue): \($0.meaning.text(in: language))" }.joined(separator: "\n")
    }

    private static func actions(_ language: Language) -> String {
        StagedWord.forms.map { "\($0.form): \($0.meaning.text(in: language))" }.joined(separator: "\n")
    }

    private static let japanese = """
        sim: のカードリーダーでは、架空の患者がカードを置き、正しい暗証番号を入力する。時間は仮想で、同じ --seed なら結果は同じバイト列になる。
        pcsc: のカードリーダーでは、実際のカードを待ち、暗証番号を端末でたずねる。暗証番号は KAZASU_PIN か --pin-fd でも渡せる。間違った暗証番号を送り直すことはない。

        画面のある顔認証付きカードリーダー（sim:fujitsu-caora、sim:almex-cps100w、sim:panasonic-xcstfr2、\
        sim:canon-hicara、sim:atlas-exc9000）では、画面が患者を案内する：本人確認の方法、顔認証か暗証番号、同意、完了。画面はできる方法をすべて示し、\
        --identity は見込みの方法で、シミュレーションでは患者が選ぶ方法である。visual では職員が職員用ボタンから始める\
        （パスコードの発行と再起動は済んでいる）。暗証番号はカードリーダーのテンキーで入力し、このプログラムには渡らない。顔認証と目視では、暗証番号の要らない鍵で\
        カードが本物か確かめる。同意の答えは、資格の問い合わせとともにセンターへ送る。顔の判定は台本どおりで、照合はしていない。
        --second-reader は横に置く画面のないカードリーダーで、カードは置かれたところで読む。そこに置かれたカードでは、方法と同意は顔認証付きカードリーダーの\
        画面でたずね、顔はそのカメラで確認する。暗証番号（テンキーは自分のカードにしか使えない）と券面の照合番号B（カメラに写らない。\
        KAZASU_VISUAL_CODE_B か --visual-code-fd でも渡せる）は端末でたずねる。スマートフォンは暗証番号だけである。

        --stage の CUE は、画面と、#何回目、+どれだけ後（1500ms、2s）。または +時刻、apdu#番号。画面：
        \(screens(.japanese))

        --stage の ACTION：
        \(actions(.japanese))

        例：consent#2:choose disagree、done:nothing（カードの取り忘れ。促されれば取る。取らないのは remove-card:nothing、remove-card#2:nothing など）、apdu#5:remove。

        電子証明書は --trust か設定ファイルの認証局に対して検証する。指定がなければ架空のカードだけを認め、実物のカードは「検証していない」となる。
        プラスチックのカードは、満了した月の末日から3か月まで資格だけを表示する。
        終了コード：0 確認できた、64 使い方の誤り、65 データの誤り、69 カードやリーダーがない、73・74 ファイルを作れない・書けない、\
        75 時間切れ、76 カードやリーダーの応答が規約に反する、77 暗証番号や顔や電子証明書が認められない、130 取り消し。
        """

    private static let english = """
        On a sim: reader a synthetic patient places the card and types the right PIN; time is virtual, and the same --seed gives the same bytes.
        On a pcsc: reader a real card is waited for and the PIN is asked for at the terminal; KAZASU_PIN or --pin-fd give it beforehand. A wrong PIN is never sent again.

        A certified reader with a screen (sim:fujitsu-caora, sim:almex-cps100w, sim:panasonic-xcstfr2, sim:canon-hicara, sim:atlas-exc9000) \
        leads the patient: method, face or PIN, consent, done. Its screen offers every method that it has; --identity is the expected one, and in a simulation what \
        the patient chooses. For visual the staff begin by \
        the staff button (the passcode was issued and the reader restarted before). The PIN is typed at the reader's keypad and never comes to this \
        program. Face and visual check prove the card by the key that asks for no PIN. Consent goes to the centre with the question for the eligibility. \
        The verdict on a face is scripted; no faces are compared.
        --second-reader is one without a screen beside it; a card is read where it lies. Of a card that lies there, method and consent are \
        asked on the certified reader's screen, and the face is compared by its camera. The PIN (the keypad serves its own card only) and \
        照合番号B on the card's face (the camera does not see it; KAZASU_VISUAL_CODE_B or --visual-code-fd give it too) are asked for at the \
        terminal. A phone has its PIN only.

        CUE of --stage is a screen with # and which of its showings and + and how much later (1500ms, 2s), or + and a moment, or apdu# and \
        a number. The screens:
        \(screens(.english))

        ACTION of --stage:
        \(actions(.english))

        Such as: consent#2:choose disagree, done:nothing (the card is left until the reader asks; remove-card:nothing, remove-card#2:nothing and so on leave it there too), apdu#5:remove.

        Certificates are checked against the authorities of --trust or the configuration file. Without any, only synthetic cards count and a \
        real one is reported as not checked. A plastic card shows eligibility for three months after the month in which it expires.
        Exit status: 0 confirmed, 64 wrong use, 65 wrong data, 69 no card or reader, 73 and 74 a file that cannot be made or written, \
        75 too late, 76 the card or the reader broke its protocol, 77 PIN, face or certificate refused, 130 cancelled.
        """
}
