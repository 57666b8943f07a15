import ISO7816
import ReaderKit

// PIN, face and what is printed on the card.

extension ContractCase {
    static let pins: [ContractCase] = [
        ContractCase(
            "pin.accepted", source: "PC/SC part 10", ja: "正しい暗証番号はリーダーの中で照合される。", en: "The right PIN is verified inside the reader.",
            needs: [.facet(.pinPad)],
            ContractStep.cardForPIN + [
                .ask(.pin, as: "pin"), .bench(.typePIN(.right), after: .seconds(3)), .ends(.pinAccepted, "pin"), .host(.noPINOnCable),
                .host(.isOver("pin")), .transmit(CardCommand.select, .status(0x9000)),
            ]),
        ContractCase(
            "pin.refused", source: "PC/SC part 10", ja: "誤った暗証番号は一度だけカードに送られる。", en: "A wrong PIN goes to the card, once.",
            needs: [.facet(.pinPad)],
            ContractStep.cardForPIN + [
                .ask(.pin, as: "pin"), .bench(.typePIN(.wrong), after: .seconds(3)), .ends(.pinRefused, "pin"), .host(.noPINOnCable),
                .ask(.pin, as: "again"), .bench(.typePIN(.right), after: .seconds(3)), .ends(.pinAccepted, "again"), .quiet(.seconds(100)),
            ]),
        ContractCase(
            "pin.left", source: "R062", ja: "終了すればカードには何も送られない。", en: "Whoever leaves the keypad has asked no card.",
            needs: [.facet(.pinPad)],
            ContractStep.cardForPIN + [
                .ask(.pin, as: "pin"), .bench(.typePIN(.half), after: .seconds(3)), .press(.end, after: .seconds(5)),
                .ends(.pinEnded, "pin"),
                .transmit(CardCommand.select, .status(0x9000)), .quiet(.seconds(100)),
            ]),
        ContractCase(
            "pin.time-out", ja: "入力がなければ60秒で終わる。", en: "Without a digit for 60 s it ends (assumed).", needs: [.facet(.pinPad)],
            ContractStep.cardForPIN + [
                .ask(.pin, as: "pin"), .timesOut(.pinTimedOut, "pin"), .transmit(CardCommand.select, .status(0x9000)),
            ]),
        ContractCase(
            "pin.half", ja: "途中で止めても、カードには何も送られない。", en: "Half a PIN is none.", needs: [.facet(.pinPad)],
            ContractStep.cardForPIN + [
                .ask(.pin, as: "pin"), .bench(.typePIN(.half), after: .seconds(30)),
                .host(.end(of: "pin", .pinTimedOut, within: .seconds(130), notBefore: .seconds(85))),
                .transmit(CardCommand.selectPIN, .status(0x9000)),
            ]),
        ContractCase(
            "pin.withdrawn", ja: "取り下げればカードには何も送られず、次の交信ができる。",
            en: "A question that is taken back asks no card, and the next command works.",
            needs: [.facet(.pinPad)],
            ContractStep.cardForPIN + [
                .ask(.pin, as: "pin"), .quiet(.seconds(3)), .withdraw("pin"), .transmit(CardCommand.select, .status(0x9000)),
                .bench(.typePIN(.right)), .quiet(.seconds(100)), .host(.isOver("pin")),
            ]),
        ContractCase(
            "pin.no-card", ja: "カードがなければ尋ねない。", en: "Without a card nobody is asked.", needs: [.facet(.pinPad)], provokes: true,
            [.open, .ask(.pin, as: "pin"), .ends(.fails([.noCard]), "pin")]),
        ContractCase(
            "pin.card-removed", ja: "カードを取り出すと終わる。", en: "It ends when the card is taken away.", needs: [.facet(.pinPad)],
            ContractStep.cardForPIN + [
                .ask(.pin, as: "pin"), .remove(after: .seconds(5)), .ends(.fails([.cardRemoved]), "pin"), .presence(false),
            ]),
        ContractCase(
            "pin.verify-only", source: "ISO/IEC 7816-4 clause 11.5.6", ja: "VERIFY以外の命令に暗証番号を入れない。",
            en: "A PIN goes into no other command than VERIFY.", needs: [.facet(.pinPad)],
            ContractStep.cardForPIN + [
                .host(.askFails(.pin(CommandHeader(cla: 0x00, ins: 0xD6, p1: 0x00, p2: 0x00), digits: 4), .fails(.notSupported)))
            ]),
        ContractCase(
            "pin.digits", ja: "扱えない桁数は断る。", en: "A number of digits that cannot be is refused.", needs: [.facet(.pinPad)],
            ContractStep.cardForPIN
                + [0, -1, 100].map { digits in
                    .host(.askFails(.pin(CommandHeader(cla: 0x00, ins: 0x20, p1: 0x00, p2: 0x80), digits: digits), .fails(.notSupported)))
                }),
        ContractCase(
            "pin.replaces-a-screen", ja: "テンキーは前の画面を置き換える。", en: "The keypad takes the place of the screen before.",
            needs: [.facet(.pinPad), .screen(.chooseMethod)],
            ContractStep.cardForPIN + [
                .show(.chooseMethod([.pin])), .ask(.pin, as: "pin"), .bench(.typePIN(.right), after: .seconds(3)),
                .ends(.pinAccepted, "pin"),
                .quiet(.seconds(100)), .host(.isOver("screen")),
            ]),
        ContractCase(
            "pin.replaced-by-a-screen", ja: "テンキーを置き換えた画面だけが答える。", en: "A screen in place of the keypad ends that without a word.",
            needs: [.facet(.pinPad), .screen(.message)],
            ContractStep.cardForPIN + [
                .ask(.pin, as: "pin"), .quiet(.seconds(2)), .show(.sample(.message)), .press(.end), .answers(.ended), .quiet(.seconds(100)),
                .transmit(CardCommand.select, .status(0x9000)), .host(.isOver("pin")),
            ]),
        ContractCase(
            "pin.its-own-screen", ja: "暗証番号の画面は入力とともに終わる。", en: "The screen of the keypad is over with the question.",
            needs: [.facet(.pinPad), .screen(.enterPIN)],
            ContractStep.cardForPIN + [
                .show(.enterPIN(triesLeft: 3)), .ask(.pin, as: "pin"), .bench(.typePIN(.right), after: .seconds(3)),
                .ends(.pinAccepted, "pin"), .quiet(.seconds(100)), .host(.isOver("screen")),
            ]),
    ]

    static let faces: [ContractCase] =
        [
            (ContractPerson.own, FaceVerdict.accepted), (.other, .rejected(.otherPerson)), (.masked, .rejected(.covered)),
            (.photograph, .rejected(.notAlive)),
        ].map { person, verdict in
            ContractCase(
                "face.\(person.rawValue)", source: "R063", ja: "顔の照合は装置が判定する。", en: "The device says whether it is the person.",
                needs: [.facet(.face), .screen(.lookIntoCamera)],
                [
                    .open, .bench(.stand(person), after: .zero), .show(.lookIntoCamera), .ask(.match(.ofThePerson), as: "match"),
                    .ends(.verdict(verdict), "match", within: .seconds(20)), .withdraw(),
                ])
        } + [
            ContractCase(
                "face.nobody", ja: "誰も映らなければ時間切れになる。", en: "With nobody before the camera it gives up.",
                needs: [.facet(.face), .screen(.lookIntoCamera)],
                [
                    .open, .bench(.walkAway, after: .zero), .show(.lookIntoCamera), .ask(.match(.ofThePerson), as: "match"),
                    .ends(.verdict(.timedOut), "match", within: .seconds(60)), .quiet(.seconds(100)), .host(.isOver("screen")),
                ]),
            ContractCase(
                "face.late", ja: "遅れて立った人も照合する。", en: "Whoever steps before the waiting camera is looked at.", needs: [.facet(.face)],
                [
                    .open, .bench(.walkAway, after: .zero), .ask(.match(.ofThePerson), as: "match"),
                    .bench(.stand(.own), after: .seconds(10)),
                    .ends(.verdict(.accepted), "match", within: .seconds(20)),
                ]),
            ContractCase(
                "face.left", source: "R062", ja: "照合の途中で終了できる。", en: "A patient can leave while the camera compares.",
                needs: [.facet(.face), .screen(.lookIntoCamera)],
                [
                    .open, .bench(.walkAway, after: .zero), .show(.lookIntoCamera), .ask(.match(.ofThePerson), as: "match"),
                    .bench(.stand(.own), after: .seconds(5)), .press(.end, after: .milliseconds(5_300)), .ends(.verdict(.ended), "match"),
                    .quiet(.seconds(100)), .host(.isOver("screen")),
                ]),
            ContractCase(
                "face.useless-photograph", ja: "使えない写真は不適と判定する。", en: "A photograph that is none is a bad reference.",
                needs: [.facet(.face)],
                [.open, .ask(.match(.useless), as: "match"), .ends(.verdict(.rejected(.badReference)), "match")]),
            ContractCase(
                "face.empty-photograph", ja: "空の写真は不適と判定する。", en: "A photograph of nothing is a bad reference.", needs: [.facet(.face)],
                [.open, .ask(.match(.empty), as: "match"), .ends(.verdict(.rejected(.badReference)), "match")]),
            ContractCase(
                "face.cancelled", ja: "取り下げた照合には何も届かず、次の照合ができる。",
                en: "A comparison that is taken back says nothing, and the next one works.",
                needs: [.facet(.face)],
                [
                    .open, .bench(.walkAway, after: .zero), .ask(.match(.ofThePerson), as: "match"), .quiet(.seconds(3)),
                    .withdraw("match"),
                    .quiet(.seconds(60)), .host(.isOver("match")), .bench(.stand(.own), after: .zero),
                    .ask(.match(.ofThePerson), as: "next"),
                    .ends(.verdict(.accepted), "next"),
                ]),
            ContractCase(
                "face.other-screen", ja: "画面を替えても照合は続く。", en: "A comparison goes on while the screen changes.",
                needs: [.facet(.face), .screen(.message), .screen(.lookIntoCamera)],
                [
                    .open, .bench(.walkAway, after: .zero), .show(.lookIntoCamera), .ask(.match(.ofThePerson), as: "match"),
                    .show(.sample(.message), as: "message"), .bench(.stand(.own), after: .seconds(3)), .ends(.verdict(.accepted), "match"),
                    .press(.end), .answers(.ended, "message"),
                ]),
        ]

    static let cardFaces: [ContractCase] = [
        ContractCase(
            "card-face.read", ja: "券面の照合番号Bを読む。", en: "照合番号B is read off the face of the card.", needs: [.facet(.face)],
            [.place(.person), .open, .presence(true), .ask(.cardFace, as: "face"), .ends(.cardFaceRead, "face"), .host(.isOver("face"))]),
        ContractCase(
            "card-face.unreadable", ja: "読めない券面は明確なエラーになる。", en: "A face that cannot be read is a clear error.",
            needs: [.facet(.face), .card(.unreadable)],
            [.place(.unreadable), .open, .presence(true), .ask(.cardFace, as: "face"), .ends(.fails([.cardFaceUnreadable]), "face")]),
        ContractCase(
            "card-face.no-card", ja: "カードがなければ券面は読めない。", en: "Without a card there is no face to read.", needs: [.facet(.face)],
            [.open, .ask(.cardFace, as: "face"), .ends(.fails([.cardFaceUnreadable]), "face")]),
        ContractCase(
            "card-face.cancelled", ja: "取り下げた読み取りには何も届かない。", en: "A reading that is taken back says nothing.", needs: [.facet(.face)],
            [.place(.person), .open, .presence(true), .ask(.cardFace, as: "face"), .withdraw("face"), .quiet(.seconds(60))]),
    ]
}
