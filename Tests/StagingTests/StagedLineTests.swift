import Staging
import Station
import Testing

struct StagedLineTests {
    @Test(
        "a cue and an action",
        arguments: [
            ("keypad:type-wrong-pin", StagedLine(.shown(.keypad), .typeWrongPIN)),
            ("consent#2+1500ms:end", StagedLine(.shown(.consent, time: 2, after: .milliseconds(1_500)), .choose(.end))),
            ("+90s:unplug", StagedLine(.at(.zero + .seconds(90)), .unplug)),
            ("apdu#5:remove", StagedLine(.exchange(number: 5), .remove)),
            ("camera+0s:stand other-face", StagedLine(.shown(.camera), .stand(.otherFace))),
            (
                "place-card:firmware 1.0.2-v",
                StagedLine(
                    .shown(.placeCard), .install(StagedFirmware(version: "1.0.2", hasStaffButton: false, hasVisualCheck: true)))
            ),
            ("choose-method:nothing", StagedLine(.shown(.chooseMethod), .nothing)),
        ])
    func reads(_ text: String, _ line: StagedLine) {
        #expect(StagedLine(text) == line)
    }

    @Test(
        "what is none",
        arguments: [
            "", ":", "keypad", "keypad:", ":remove", "keypad:type-pin 1234", "keypad:1234", "kaypad:end", "keypad#0:end", "keypad#:end",
            "keypad#999999999999999999999:end", "keypad+5:end", "keypad+-5s:end", "keypad+90000s:end", "keypad+5m:end", "+:end",
            "#1+1s:end",
            "apdu:remove", "apdu#3+1s:remove", "camera:stand", "camera:stand nobody here", "done:choose", "done:firmware",
            "done:firmware 1.2",
            "done:firmware 1.2.999", "done:firmware 1.2.3-x", "done:firmware 1.2.3-b-v",
        ])
    func refuses(_ text: String) {
        #expect(StagedLine(text) == nil)
    }

    @Test("every form of the help is a word")
    func forms() {
        for (form, _) in StagedWord.forms {
            let parts = form.split(separator: " ")
            let arguments = parts.count == 2 ? parts[1].split(separator: "|").map { "\(parts[0]) \($0)" } : [form]
            for text in arguments where !text.hasPrefix("firmware") { #expect(StagedWord(text) != nil, "\(text)") }
        }
    }
}
