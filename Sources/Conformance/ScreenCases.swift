import Diagnosis
import ReaderKit

// The patient's screen.

extension ContractCase {
    /// Screens at which something is asked: there a patient can leave.
    private static let asking: [Screen.Kind] = [.chooseMethod, .lookIntoCamera, .enterPIN, .chooseConsent, .consent, .message]
    /// Screens at which nothing is.
    private static let telling: [Screen.Kind] = [.placeCard, .done, .removeCard]

    static let screens: [ContractCase] =
        Screen.Kind.allCases.flatMap { kind in
            [
                ContractCase(
                    "screen.time-out.\(kind.rawValue)", ja: "触れられない画面は60秒で終わる。",
                    en: "A screen that nobody touches ends after 60 s (assumed).",
                    needs: [.screen(kind)], [.open, .show(.sample(kind)), .timesOut()]),
                ContractCase(
                    "screen.replaced.\(kind.rawValue)", ja: "置き換えた画面の前のプロンプトには何も届かない。",
                    en: "A screen in place of another ends that one without a word.", needs: [.screen(kind), .screen(.message)],
                    [
                        .open, .show(.sample(kind), as: "former"), .show(.sample(.message), as: "next"), .press(.end),
                        .answers(.ended, "next"), .quiet(.seconds(100)), .host(.isOver("former")),
                    ]),
                ContractCase(
                    "screen.withdrawn.\(kind.rawValue)", ja: "取り下げた画面には何も届かない。", en: "A screen that was taken back answers no more.",
                    needs: [.screen(kind)],
                    [.open, .show(.sample(kind)), .withdraw(), .press(.end), .quiet(.seconds(100)), .host(.isOver("screen"))]),
            ]
        }
        + asking.map { kind in
            ContractCase(
                "screen.cancel.\(kind.rawValue)", source: kind == .chooseMethod ? "R062" : "contract", ja: "尋ねる画面はすべて、患者が終了できる。",
                en: "A patient can leave wherever something is asked.", needs: [.screen(kind)],
                [.open, .show(.sample(kind)), .press(.end), .answers(.ended)])
        }
        + telling.map { kind in
            ContractCase(
                "screen.no-cancel.\(kind.rawValue)", ja: "何も尋ねない画面には終了ボタンがない。", en: "Where nothing is asked there is nothing to leave.",
                needs: [.screen(kind)], [.open, .show(.sample(kind)), .press(.end), .quiet(.seconds(20)), .withdraw()])
        }

    static let choices: [ContractCase] =
        [
            ContractCase(
                "screen.method.face", source: "R062", ja: "顔認証を選べる。", en: "Face can be chosen.", needs: [.screen(.chooseMethod)],
                [.open, .show(.chooseMethod([.face, .pin])), .press(.face), .answers(.method(.face))]),
            ContractCase(
                "screen.method.pin", source: "R062", ja: "暗証番号を選べる。", en: "PIN can be chosen.", needs: [.screen(.chooseMethod)],
                [.open, .show(.chooseMethod([.face, .pin])), .press(.pin), .answers(.method(.pin))]),
            ContractCase(
                "screen.method.only-offered", source: "R062", ja: "出していない方法は選べない。", en: "What is not offered cannot be chosen.",
                needs: [.screen(.chooseMethod)],
                [
                    .open, .show(.chooseMethod([.pin])), .press(.face), .quiet(.seconds(5)), .press(.pin), .answers(.method(.pin)),
                ]),
            ContractCase(
                "screen.consent.all", source: "R064", ja: "全て同意するを選べる。", en: "Consent to all can be given.",
                needs: [.screen(.chooseConsent)],
                [.open, .show(.chooseConsent), .press(.consentToAll), .answers(.consentToAll)]),
            ContractCase(
                "screen.consent.individually", source: "R064", ja: "個別に同意するを選べる。", en: "One can decide one by one.",
                needs: [.screen(.chooseConsent)],
                [.open, .show(.chooseConsent), .press(.consentIndividually), .answers(.consentIndividually)]),
            ContractCase(
                "screen.consent.no-third", source: "R064", ja: "同意方法の画面に三つ目はない。", en: "There is no third way beside the two.",
                needs: [.screen(.chooseConsent)],
                [.open, .show(.chooseConsent), .press(.disagree), .quiet(.seconds(5)), .withdraw()]),
        ]
        + ScreenConsentGroup.allCases.flatMap { group in
            [(ContractButton.agree, true), (.disagree, false)].map { button, agrees in
                ContractCase(
                    "screen.consent.\(group.rawValue).\(button.rawValue)", source: "R065", ja: "区分ごとに同意・不同意を選べる。",
                    en: "One can agree, or not, to each group.", needs: [.screen(.consent)],
                    [.open, .show(.consent(group)), .press(button), .answers(.consent(agrees))])
            }
        }

    static let screenLives: [ContractCase] = [
        ContractCase(
            "screen.no-default", source: "R033", ja: "黙っていれば同意にならない。", en: "Silence is no consent.", needs: [.screen(.consent)],
            [.open, .show(.consent(.treatment)), .bench(.walkAway), .press(.agree), .timesOut()]),
        ContractCase(
            "screen.touched", ja: "触れると時間切れが延びる。", en: "A touch makes the screen wait anew (assumed).", needs: [.screen(.chooseConsent)],
            [
                .open, .show(.chooseConsent), .bench(.touch, after: .seconds(50)),
                .host(.end(of: "screen", .screen(.timedOut), within: .seconds(130), notBefore: .seconds(100))),
            ]),
        ContractCase(
            "screen.answered-once", ja: "回答は一度だけ受け取れる。", en: "An answer is told once.", needs: [.screen(.chooseConsent)],
            [
                .open, .show(.chooseConsent), .press(.consentToAll), .press(.consentIndividually, after: .seconds(3)),
                .answers(.consentToAll), .quiet(.seconds(100)), .host(.isOver("screen")),
            ]),
        ContractCase(
            "screen.outlives-the-card", ja: "カードを取り出しても画面は続く。", en: "A screen goes on when the card is taken away.",
            needs: [.screen(.chooseConsent)],
            [
                .place(.person), .open, .presence(true), .show(.chooseConsent), .remove(), .presence(false), .press(.consentToAll),
                .answers(.consentToAll),
            ]),
        ContractCase(
            "screen.during-an-exchange", ja: "交信中の回答も失わない。", en: "What is answered during an exchange is not lost.",
            needs: [.screen(.chooseConsent), .card(.slow)],
            [
                .place(.slow), .open, .presence(true), .connect, .show(.chooseConsent), .press(.consentToAll, after: .seconds(3)),
                .transmit(CardCommand.select, .any), .answers(.consentToAll, within: .seconds(1)),
            ]),
        ContractCase(
            "screen.place-card", source: "R060", ja: "待機画面の間もカードを知らせる。", en: "A card is told of while the idle screen is shown.",
            needs: [.screen(.placeCard)],
            [.open, .show(.placeCard), .place(.person, after: .seconds(2)), .presence(true), .withdraw()]),
        ContractCase(
            "screen.left-behind", source: "R066", ja: "取り忘れの画面の間に取り出しを知らせる。", en: "That a card left behind is taken is told.",
            needs: [.screen(.removeCard)],
            [
                .place(.person), .open, .presence(true), .show(.removeCard), .remove(after: .seconds(30)),
                .presence(false, within: .seconds(40)), .withdraw(), .quiet(.seconds(100)),
            ]),
        ContractCase(
            "screen.long-texts", ja: "長い名前や文も、壊さずに表示する。", en: "Names and sentences of any length and script can be shown.",
            needs: [.screen(.done), .screen(.message)],
            [
                .open, .show(.done(name: String(repeating: "髙", count: 200)), as: "name"), .quiet(.seconds(1)),
                .show(.done(name: String(repeating: "👩‍👩‍👧‍👦", count: 20)), as: "family"), .quiet(.seconds(1)),
                .show(.done(name: ""), as: "none"),
                .quiet(.seconds(1)), .show(.done(name: nil), as: "nobody"), .quiet(.seconds(1)),
                .show(.message(Sentence(ja: String(repeating: "葛\u{E0100}城", count: 300), en: String(repeating: "é", count: 500)))),
                .press(.end), .answers(.ended),
            ]),
        ContractCase(
            "screen.one-after-the-other", source: "R060", ja: "続けて表示しても、最後の画面だけが答える。",
            en: "Of many screens in a row only the last one answers.",
            needs: [.screen(.chooseMethod), .screen(.chooseConsent), .screen(.message)],
            [
                .open, .show(.chooseMethod([.face, .pin]), as: "1"), .show(.sample(.message), as: "2"), .show(.sample(.message), as: "3"),
                .withdraw("2"), .show(.chooseConsent, as: "4"), .press(.consentIndividually), .answers(.consentIndividually, "4"),
                .quiet(.seconds(100)),
            ]),
    ]
}
