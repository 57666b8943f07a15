// Power and APDUs.

extension ContractCase {
    static let connecting: [ContractCase] = [
        ContractCase(
            "connect.cold", source: "ISO/IEC 7816-3 clause 8.2", ja: "カードに電源を入れ、ATRを得る。", en: "A card gets power and answers to reset.",
            ContractStep.cardWithPower),
        ContractCase(
            "connect.at-once", ja: "待たずに開いてすぐ接続できる。", en: "A card that lies there can be connected to without waiting for it.",
            [.place(.person), .quiet(.seconds(2)), .open, .connect, .presence(true)]),
        ContractCase(
            "connect.no-card", ja: "カードがなければ明確なエラーになる。", en: "Without a card there is a clear error.", [.open, .connectFails(.noCard)]),
        ContractCase(
            "connect.no-slot", ja: "ないスロットは断る。", en: "A slot that is not there is refused.",
            [.place(.person), .open, .host(.connect(slot: 200, .fails(.readerUnusable)))]),
        ContractCase(
            "connect.twice", source: "ISO/IEC 7816-3 clause 6.2.2", ja: "接続し直すとカードの状態は消える。",
            en: "To connect again is a cold reset: nothing selected or verified survives.",
            ContractStep.cardWithPower + [
                .transmit(CardCommand.select, .status(0x9000)), .transmit(CardCommand.selectCertificate, .status(0x9000)),
                .transmit(CardCommand.read, .data(atLeast: 256, status: 0x9000)), .connect,
                .transmit(CardCommand.read, .otherThan(0x9000)), .transmit(CardCommand.select, .status(0x9000)),
            ]),
        ContractCase(
            "connect.after-close", ja: "電源を切ったカードにはまた接続できる。", en: "A card whose power was taken can be connected to again.",
            ContractStep.cardWithPower + [
                .transmit(CardCommand.select, .status(0x9000)), .host(.closeCard), .connect,
                .transmit(CardCommand.selectCertificate, .otherThan(0x9000)),
            ]),
        ContractCase(
            "connect.warm-reset", source: "ISO/IEC 7816-3 clause 6.2.3", ja: "ウォームリセットの後も交信できる。",
            en: "After a warm reset the card answers.",
            ContractStep.cardWithPower + [.host(.warmReset()), .transmit(CardCommand.select, .status(0x9000))]),
        ContractCase(
            "connect.dead-card", ja: "リセットに応答しないカードは明確なエラーになる。", en: "A card that does not answer to reset is a clear error.",
            needs: [.card(.dead)], [.place(.dead), .open, .connectFails(.cardMute, .noCard)]),
        ContractCase(
            "connect.after-removal", ja: "取り出した後の接続はカードなしになる。", en: "Once the card is gone there is none.",
            ContractStep.cardWithPower + [.remove(), .presence(false), .connectFails(.noCard)]),
    ]

    static let transmitting: [ContractCase] = [
        ContractCase(
            "transmit.short", source: "ISO/IEC 7816-4 clause 5.2", ja: "短いAPDUを運ぶ。",
            en: "Short APDUs are carried, 256 bytes of answer too.",
            ContractStep.cardWithPower + [
                .transmit(CardCommand.select, .status(0x9000)), .transmit(CardCommand.selectCertificate, .status(0x9000)),
                .transmit(CardCommand.read, .data(atLeast: 256, status: 0x9000)),
            ]),
        ContractCase(
            "transmit.extended-answer", source: "ISO/IEC 7816-4 clause 5.2", ja: "長い応答を運ぶ。",
            en: "An answer of more than 256 bytes is carried.",
            needs: [.extendedLength],
            ContractStep.cardWithPower + [
                .transmit(CardCommand.select, .status(0x9000)), .transmit(CardCommand.selectCertificate, .status(0x9000)),
                .transmit(CardCommand.readMore, .data(atLeast: 1_024, status: 0x9000)),
            ]),
        ContractCase(
            "transmit.extended-command", source: "ISO/IEC 7816-4 clause 5.2", ja: "長いコマンドを運ぶ。",
            en: "A command of more than 255 bytes is carried.",
            needs: [.extendedLength],
            ContractStep.cardWithPower + [
                .transmit(CardCommand.selectNothing(256), .otherThan(0x9000)),
                .transmit(CardCommand.selectNothing(2_000), .otherThan(0x9000)),
                .transmit(CardCommand.select, .status(0x9000)),
            ]),
        ContractCase(
            "transmit.longest-command", source: "ISO/IEC 7816-3 clause 12.1", ja: "最長のコマンドは運ぶか、明確に断る。",
            en: "The longest command is carried, or refused clearly.", needs: [.extendedLength],
            ContractStep.cardWithPower + [
                .transmit(CardCommand.selectNothing(65_535), .fails(.worksOrFails(.commandTooLong)), within: .seconds(120)),
                .transmit(CardCommand.select, .status(0x9000)),
            ]),
        ContractCase(
            "transmit.extended-refused", source: "USB CCID 1.1 clause 3.2.2.1", ja: "短いAPDUだけのリーダーは長いAPDUを断る。",
            en: "A reader for short APDUs refuses others before they are sent.", needs: [.shortLength],
            ContractStep.cardWithPower + [
                .transmit(CardCommand.readMore, .fails(.fails(.commandTooLong))),
                .transmit(CardCommand.selectNothing(300), .fails(.fails(.commandTooLong))), .transmit(CardCommand.select, .status(0x9000)),
            ]),
        ContractCase(
            "transmit.deadline", ja: "期限で交信を終え、カードを置き直せばまた使える。", en: "An exchange ends at its deadline; the card can be used again later.",
            needs: [.card(.slow)],
            [
                .place(.slow), .open, .presence(true), .connect, .transmitFails(.timedOut, within: .seconds(2)),
                .transmitFails(.timedOut, .readerBusy, .cardMute, within: .seconds(2)), .remove(), .presence(false),
                .place(.person, after: .seconds(1)), .presence(true), .host(.connect(within: .seconds(40))),
                .transmit(CardCommand.select, .status(0x9000)),
            ]),
        ContractCase(
            "transmit.late-answer", ja: "期限後に届いた応答を次の応答と取り違えない。",
            en: "An answer that comes after its deadline is not that of the next command.",
            needs: [.card(.slow)],
            [
                .place(.slow), .open, .presence(true), .connect, .transmitFails(.timedOut, within: .seconds(2)), .quiet(.seconds(30)),
                .host(.connect(within: .seconds(40))), .transmit(CardCommand.read, .status(0x9001)),
            ]),
        ContractCase(
            "transmit.card-removed", ja: "交信中の取り出しは明確なエラーになる。",
            en: "A card that is taken away in the middle of an exchange is a clear error.",
            needs: [.card(.slow)],
            [
                .place(.slow), .open, .presence(true), .connect, .remove(after: .seconds(3)), .transmitFails(.cardRemoved),
                .presence(false),
                .connectFails(.noCard),
            ]),
        ContractCase(
            "transmit.after-removal", ja: "取り出した後の交信は明確なエラーになる。", en: "Nothing is sent to a card that has left.",
            ContractStep.cardWithPower + [.remove(), .presence(false), .transmitFails(.cardRemoved)]),
        ContractCase(
            "transmit.swapped", ja: "差し替えたカードに前の接続から送らない。", en: "Nothing is sent to a card in place of the one that was connected to.",
            ContractStep.cardWithPower + [
                .bench(.swap(.other)), .presence(true, changes: 2), .transmitFails(.cardRemoved), .connect,
                .transmit(CardCommand.select, .status(0x9000)),
            ]),
        ContractCase(
            "transmit.mute", ja: "応答しないカードは期限までにエラーになる。", en: "A card that does not answer is an error, at the deadline at last.",
            needs: [.card(.mute)],
            [
                .place(.mute), .open, .presence(true), .connect, .transmitFails(.cardMute, .timedOut, within: .seconds(15)), .remove(),
                .presence(false), .place(.person, after: .seconds(1)), .presence(true), .host(.connect(within: .seconds(40))),
                .transmit(CardCommand.select, .status(0x9000)),
            ]),
        ContractCase(
            "transmit.after-close", ja: "電源を切った後の交信はエラーになる。", en: "Nothing is sent once the power is taken.", provokes: true,
            ContractStep.cardWithPower + [.host(.closeCard), .transmit(CardCommand.select, .fails(.failsSomehow)), .connect]),
    ]
}
