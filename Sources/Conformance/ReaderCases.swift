// What a reader says of itself, presence, closing, cable, Ctrl-C.

extension ContractCase {
    static let identity: [ContractCase] = [
        ContractCase(
            "identity.name", ja: "名前とスロット数が正しい。", en: "Name and slots are what they should be.", [.open, .host(.checkIdentity)]),
        ContractCase(
            "identity.facets", ja: "宣言した機能だけがある。", en: "A facet is there exactly when it is declared.", [.open, .host(.checkFacets)]),
        ContractCase(
            "identity.screens", ja: "宣言した画面だけがあり、ほかは断る。", en: "The screens are those that are declared; any other is refused.",
            needs: [.facet(.patientScreen)], [.open, .host(.checkScreens)]),
        ContractCase(
            "identity.idle", ja: "待つものがないときは装置に問い合わせない。", en: "A reader of which nothing is awaited is not asked all the time.",
            limits: ContractLimits(transfers: 60), [.open, .quiet(.seconds(120))]),
    ]

    static let presence: [ContractCase] = [
        ContractCase(
            "presence.none", source: "PC/SC part 3", ja: "カードがなければ何も知らせない。", en: "Without a card nothing is told.",
            [.open, .host(.noPresence(for: .seconds(10)))]),
        ContractCase(
            "presence.placed", source: "PC/SC part 3", ja: "置かれたカードを知らせる。", en: "A card that is placed is told of.",
            [.open, .place(.person, after: .seconds(2)), .presence(true, changes: 1), .host(.noPresence(for: .seconds(5)))]),
        ContractCase(
            "presence.at-open", ja: "開く前に置かれたカードも知らせる。", en: "A card that lay there before is told of too.",
            [.place(.person), .open, .presence(true)]),
        ContractCase(
            "presence.removed", source: "PC/SC part 3", ja: "取り出しを知らせる。", en: "A card that is taken away is told of.",
            [.place(.person), .open, .presence(true), .remove(), .presence(false, changes: 1), .host(.noPresence(for: .seconds(5)))]),
        ContractCase(
            "presence.swapped", ja: "差し替えは2回の変化として数える。", en: "A card in place of another is two changes.",
            [.place(.person), .open, .presence(true), .bench(.swap(.other)), .presence(true, changes: 2)]),
        ContractCase(
            "presence.abandoned", ja: "取り下げた待ちには何も届かない。", en: "A watch that was taken back hears nothing.",
            [.open, .host(.abandonWatch), .place(.person, after: .seconds(1)), .quiet(.seconds(5)), .presence(true)]),
        ContractCase(
            "presence.without-chip", ja: "ICチップのないカードはカードとして扱わない。", en: "A card without a chip is no card.",
            needs: [.card(.withoutChip)], [.open, .place(.withoutChip, after: .seconds(1)), .host(.noPresence(for: .seconds(10)))]),
    ]

    static let closing: [ContractCase] = [
        ContractCase("close.twice", ja: "2回閉じても害がない。", en: "Closing twice does no harm.", [.open, .close, .close]),
        ContractCase(
            "close.then-cards", ja: "閉じた後の利用は、待たずに明確なエラーになる。", en: "What is asked of a closed reader fails at once.",
            limits: ContractLimits(time: .seconds(30)),
            cardThatIsLeft + [
                .close, .host(.connect(within: .seconds(100), .fails(.cancelled))), .transmitFails(.cancelled, within: .seconds(100)),
                .host(.presenceFails(.fails(.cancelled), within: .seconds(1))),
            ]),
        ContractCase(
            "close.then-screens", ja: "閉じた後の画面表示は明確なエラーになる。", en: "Nothing is shown on a closed reader.",
            needs: [.facet(.patientScreen)], [.open, .close, .host(.askFails(.screen(.placeCard), .fails(.cancelled)))]),
        ContractCase(
            "close.takes-back", ja: "閉じると表示中の画面を取り下げ、以後は何も届かない。", en: "Closing takes back what is shown, and nothing comes after it.",
            needs: [.screen(.chooseConsent)],
            [.open, .show(.chooseConsent), .close, .press(.consentToAll), .quiet(.seconds(100))]),
        ContractCase(
            "close.open-again", ja: "閉じたリーダーはまた開ける。", en: "A reader that was closed can be opened again.",
            cardThatIsLeft + [.close, .open, .presence(true), .connect, .transmit(CardCommand.select, .status(0x9000))]),
        ContractCase(
            "close.answers-of-before", ja: "前の利用への回答は、開き直した後に届かない。", en: "An answer to an earlier use is not one to the next.",
            needs: [.screen(.chooseConsent)],
            [
                .open, .show(.chooseConsent), .press(.consentToAll, after: .milliseconds(100)), .close, .open,
                .show(.consent(.surgery), as: "next"), .press(.agree), .answers(.consent(true), "next"),
            ]),
    ]

    private static let cardThatIsLeft: [ContractStep] = ContractStep.cardWithPower

    static let cables: [ContractCase] = [
        ContractCase(
            "cable.idle", ja: "抜線を知らせ、以後の利用は明確なエラーになる。", en: "A cable that is pulled is told of, and nothing works after it.",
            needs: [.cable],
            [
                .open, .bench(.unplug), .host(.presenceFails(.fails(.readerGone))), .connectFails(.readerGone),
                .host(.presenceFails(.fails(.readerGone))), .close,
            ]),
        ContractCase(
            "cable.prompt", ja: "抜線で、開いているプロンプトはエラーで終わる。", en: "A cable that is pulled ends every prompt.",
            needs: [.cable, .screen(.chooseConsent), .facet(.face)],
            [
                .open, .bench(.walkAway, after: .zero), .show(.chooseConsent), .ask(.match(.ofThePerson), as: "match"),
                .bench(.unplug, after: .seconds(3)), .ends(.fails([.readerGone]), "screen"), .ends(.fails([.readerGone]), "match"),
                .host(.askFails(.screen(.placeCard), .fails(.readerGone))), .close,
            ]),
        ContractCase(
            "cable.pin", ja: "抜線で、暗証番号の入力はエラーで終わる。", en: "A cable that is pulled ends the question for a PIN.",
            needs: [.cable, .facet(.pinPad)],
            ContractStep.cardForPIN + [
                .ask(.pin, as: "pin"), .bench(.unplug, after: .seconds(3)), .ends(.fails([.readerGone]), "pin"), .close,
            ]),
        ContractCase(
            "cable.exchange", ja: "抜線で、交信はエラーで終わる。", en: "A cable that is pulled ends an exchange.",
            needs: [.cable, .card(.slow)],
            [
                .place(.slow), .open, .presence(true), .connect, .bench(.unplug, after: .seconds(3)), .transmitFails(.readerGone), .close,
            ]),
        ContractCase(
            "cable.back", ja: "差し直したリーダーはまた使える。", en: "A reader that is plugged in again works.", needs: [.cable],
            ContractStep.cardWithPower + [
                .bench(.unplug), .host(.presenceFails(.fails(.readerGone))), .bench(.plug), .host(.reopen(within: .seconds(60))),
                .presence(true), .connect, .transmit(CardCommand.select, .status(0x9000)),
            ]),
    ]

    static let interruptions: [ContractCase] = [
        ContractCase(
            "interrupt.exchange", ja: "中断すると交信は終わり、リーダーは閉じられる。", en: "Ctrl-C ends an exchange, and the reader can be closed.",
            needs: [.card(.slow)],
            [
                .place(.slow), .open, .presence(true), .connect, .bench(.interrupt, after: .seconds(3)), .transmitFails(.cancelled),
                .connectFails(.cancelled), .host(.closeCard), .close,
            ]),
        ContractCase(
            "interrupt.prompts", ja: "中断しても、表示中の画面を取り下げて閉じられる。", en: "After Ctrl-C what is shown can be taken back.",
            needs: [.screen(.chooseConsent), .card(.slow)],
            [
                .place(.slow), .open, .presence(true), .connect, .show(.chooseConsent), .bench(.interrupt, after: .seconds(3)),
                .transmitFails(.cancelled), .withdraw(), .close,
            ]),
        ContractCase(
            "interrupt.pin", ja: "中断しても、暗証番号の入力を終えて閉じられる。", en: "After Ctrl-C nobody is asked for a PIN any more.",
            needs: [.facet(.pinPad)],
            ContractStep.cardForPIN + [
                .ask(.pin, as: "pin"), .bench(.interrupt, after: .seconds(3)), .quiet(.seconds(10)), .host(.closeCard), .close,
            ]),
    ]

    static let escapes: [ContractCase] = [
        ContractCase(
            "escape.empty", source: "USB CCID 1.1 clause 6.1.8", ja: "空の独自コマンドは、応答かエラーで終わる。",
            en: "An empty command of the maker's own ends, by an answer or an error.", needs: [.facet(.escape)],
            provokes: true, [.open, .host(.escape([], .worksOrFails(.notSupported, .inputOutput, .commandTooLong)))])
    ]
}
