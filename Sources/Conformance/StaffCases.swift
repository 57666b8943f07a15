// What the staff do at the reader.

extension ContractCase {
    static let staff: [ContractCase] = [
        ContractCase(
            "staff.no-button-yet", source: "R165", ja: "パスコード発行前に職員用ボタンはない。", en: "Before a passcode was issued there is no staff button.",
            needs: [.facet(.staffPanel), .screen(.placeCard)],
            [
                .open, .host(.staffButton(isShown: false)), .show(.placeCard), .bench(.pressStaffButton, after: .seconds(2)),
                .quiet(.seconds(10)), .withdraw(),
            ]),
        ContractCase(
            "staff.announced-only", source: "R165", ja: "発行しただけでは職員用ボタンは出ない。", en: "A passcode alone brings no staff button.",
            needs: [.staffButton, .screen(.placeCard)],
            [
                .open, .host(.announcePasscode()), .host(.staffButton(isShown: false)), .show(.placeCard),
                .bench(.pressStaffButton, after: .seconds(2)), .quiet(.seconds(10)), .withdraw(),
            ]),
        ContractCase(
            "staff.restarted-only", source: "R165", ja: "発行前の再起動では職員用ボタンは出ない。",
            en: "A restart before the first passcode brings no staff button.",
            needs: [.staffButton, .screen(.placeCard)],
            [
                .open, .host(.restart), .host(.reopen(within: .seconds(60))), .host(.announcePasscode()),
                .host(.staffButton(isShown: false)),
                .show(.placeCard), .bench(.pressStaffButton, after: .seconds(2)), .quiet(.seconds(10)), .withdraw(),
            ]),
        ContractCase(
            "staff.button", source: "R165", ja: "発行と再起動の後、職員用ボタンが出る。", en: "After a passcode and a restart the staff button is there.",
            needs: [.staffButton, .screen(.placeCard)],
            [
                .open, .host(.announcePasscode()), .host(.restart), .host(.reopen(within: .seconds(60))),
                .host(.staffButton(isShown: true)),
                .show(.placeCard), .bench(.pressStaffButton, after: .seconds(2)), .answers(.staffButton),
            ]),
        ContractCase(
            "staff.restart", ja: "再起動で、開いているものは終わり、また使える。", en: "A restart ends everything, and the reader is back afterwards.",
            needs: [.facet(.staffPanel), .screen(.chooseConsent)],
            [
                .place(.person), .open, .presence(true), .show(.chooseConsent), .host(.restart), .ends(.fails([.readerGone]), "screen"),
                .host(.presenceFails(.fails(.readerGone))), .connectFails(.readerGone), .host(.reopen(within: .seconds(60))),
                .presence(true),
                .connect, .transmit(CardCommand.select, .status(0x9000)), .show(.chooseConsent), .press(.consentToAll),
                .answers(.consentToAll),
            ]),
        ContractCase(
            "staff.passcode", source: "R160", ja: "4桁のパスコードを受け取る。", en: "A passcode of four digits is taken.", needs: [.staffButton],
            [
                .open, .ask(.passcode, as: "passcode"), .bench(.typePasscode, after: .seconds(3)), .ends(.passcodeTyped, "passcode"),
                .quiet(.seconds(100)),
            ]),
        ContractCase(
            "staff.passcode-left", source: "R069", ja: "パスコードの入力を中止できる。", en: "The keypad for the passcode can be left.",
            needs: [.staffButton],
            [.open, .ask(.passcode, as: "passcode"), .press(.end), .ends(.passcodeLeft, "passcode")]),
        ContractCase(
            "staff.passcode-time-out", ja: "パスコードの入力は60秒で終わる。", en: "The keypad for the passcode gives up after 60 s (assumed).",
            needs: [.staffButton],
            [.open, .ask(.passcode, as: "passcode"), .timesOut(.passcodeLeft, "passcode")]),
        ContractCase(
            "staff.passcode-withdrawn", ja: "取り下げたパスコードの入力には何も届かない。", en: "A keypad that is taken back says nothing.",
            needs: [.staffButton],
            [.open, .ask(.passcode, as: "passcode"), .withdraw("passcode"), .bench(.typePasscode), .quiet(.seconds(100))]),
        ContractCase(
            "staff.visual-check-left", source: "R069", ja: "目視確認の待ちを中止できる。", en: "The wait for a visual check can be left.",
            needs: [.facet(.staffPanel)],
            [.open, .ask(.visualCheck, as: "check"), .press(.end), .ends(.visualCheckLeft(true), "check")]),
        ContractCase(
            "staff.visual-check-time-out", ja: "目視確認の待ちは60秒で終わる。", en: "The wait for a visual check ends after 60 s (assumed).",
            needs: [.facet(.staffPanel)], [.open, .ask(.visualCheck, as: "check"), .timesOut(.visualCheckLeft(false), "check")]),
        ContractCase(
            "staff.visual-check-card", ja: "目視確認の待ちの間に置かれたカードを知らせる。", en: "A card that is placed for a visual check comes as presence.",
            needs: [.facet(.staffPanel)],
            [
                .open, .ask(.visualCheck, as: "check"), .place(.person, after: .seconds(3)), .presence(true), .withdraw("check"), .connect,
                .quiet(.seconds(100)),
            ]),
        ContractCase(
            "staff.replaced", ja: "職員の画面も、次の画面で黙って終わる。", en: "A screen of the staff ends without a word when another is shown.",
            needs: [.staffButton, .screen(.message)],
            [
                .open, .ask(.passcode, as: "passcode"), .ask(.visualCheck, as: "check"), .show(.sample(.message)), .press(.end),
                .answers(.ended), .quiet(.seconds(100)), .host(.isOver("passcode")), .host(.isOver("check")),
            ]),
    ]
}
