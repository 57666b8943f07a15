import CLinux
import Commands
import Diagnosis
import Glibc

/// A program that uses everything the library `Commands` offers, for the tests of that library.
enum Sample {
    enum Colour: String, CaseIterable { case red, green, blue }

    static let reader = DefaultedOption(
        "reader", short: "r", placeholder: "SELECTOR", kind: .suggestions(["sim:card", "pcsc:"]), default: "sim:card",
        Sentence(ja: "使う読み取り機", en: "The reader to use"))
    static let colour = ValueOption<Colour>("colour", placeholder: "COLOUR", Sentence(ja: "色", en: "A colour"))
    static let seed = DefaultedOption<UInt32>("seed", placeholder: "NUMBER", default: 7, Sentence(ja: "種", en: "A seed"))
    static let send = ListOption("send", short: "s", placeholder: "HEX", Sentence(ja: "送るバイト列", en: "Bytes to send"))
    static let beep = Flag("beep", isNegatable: true, Sentence(ja: "音を鳴らす", en: "Beep"))
    static let save = ValueOption("save", placeholder: "FILE", kind: .file, Sentence(ja: "保存先", en: "Where to save"))
    static let folder = ValueOption("folder", placeholder: "DIR", kind: .directory, Sentence(ja: "フォルダ", en: "A folder"))
    static let slot = ValueOption("slot", placeholder: "SLOT", kind: .printed(["slots"]), Sentence(ja: "口", en: "A slot"))
    static let pinDescriptor = ValueOption<Int32>(
        "pin-fd", placeholder: "N", Sentence(ja: "暗証番号を読むファイル記述子", en: "Descriptor to read the PIN from"))
    static let keys = Flag("keys", Sentence(ja: "キーを1つずつ受け取る", en: "Take single keys"))

    static let file = Operand("FILE", .one, kind: .file, Sentence(ja: "記録ファイル", en: "A trace"))
    static let more = Operand("MORE", .any, kind: .file, Sentence(ja: "その他", en: "More"))
    static let mode = Operand("MODE", .optional, kind: .choices(["fast", "slow"]), Sentence(ja: "速さ", en: "How fast"))

    static let program = Program(
        name: "sample", version: "1.2.3", summary: Sentence(ja: "見本のプログラム", en: "A program to try things with"),
        commands: [visit, trace, fail, ask, wait, slots])

    static let visit = Command(
        "visit", Sentence(ja: "来院を行う", en: "Carry out a visit"),
        discussion: Sentence(
            ja: "カードを読み取り機に置き、暗証番号を確認して、資格を照会します。結果は標準出力に表示され、経過は標準エラー出力に記録されます。",
            en: "Puts the card on the reader, checks the PIN and asks for the eligibility. The result goes to standard output and the log "
                + "to standard error."),
        options: [reader, colour, seed, send, beep, save, folder, slot, pinDescriptor], operands: [mode],
        variables: [Variable("SAMPLE_PIN", Sentence(ja: "暗証番号", en: "The PIN"))],
        examples: [Example("sample visit --reader sim:card", Sentence(ja: "模擬カードで試す", en: "Try it with a simulated card"))]
    ) { invocation in
        try invocation.streams.output.writeLine("reader \(invocation[reader]) seed \(invocation[seed])")
        return 0
    }

    static let trace = Command(
        "trace", Sentence(ja: "記録を扱う", en: "Work with traces"),
        subcommands: [
            Command("show", Sentence(ja: "記録を表示する", en: "Show a trace"), operands: [file, more]) { invocation in
                try invocation.streams.output.writeLine(invocation[file][0] + " " + invocation[more].joined(separator: "+"))
                return 0
            },
            Command("check", Sentence(ja: "記録を検査する", en: "Check a trace"), operands: [file]) { _ in 3 },
        ])

    static let slots = Command("slots", Sentence(ja: "口の一覧", en: "List the slots"), isHidden: true) { invocation in
        try invocation.streams.output.write("left\nright $(touch planted)\n")
        return 0
    }

    static let ask = Command(
        "ask", Sentence(ja: "暗証番号を尋ねる", en: "Ask for a PIN"), options: [pinDescriptor], isHidden: true
    ) { invocation in
        let interrupts = Interrupts.watch { _ in }
        // Opened now: a process that may not be dumped may not open it.
        let environment = open("/proc/self/environ", O_RDONLY)
        forbidCoreDumps()
        let secret = try secret(invocation, interrupts.cancellation)
        // A sum stands for the secret, which itself is not printed.
        let sum = secret.withBytes { bytes in bytes.indices.reduce(0) { $0 + Int(bytes[$1]) } }
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
        try invocation.streams.output.writeLine("bytes \(secret.count) sum \(sum)")
        try invocation.streams.output.writeLine("core \(limit.rlim_cur) dumpable \(kazasu_may_be_dumped())")
        try invocation.streams.output.writeLine("in environment \(invocation.environment["SAMPLE_PIN"] != nil)")
        try invocation.streams.output.writeLine("in memory of the environment \(memory(environment, contains: "1234"))")
        return 0
    }

    /// From the descriptor, else from the environment, else from the person; out of the environment whichever it is.
    private static func secret(_ invocation: Invocation, _ cancellation: Cancellation) throws(SecretError) -> Secret {
        let held = try invocation.environment.takeSecret("SAMPLE_PIN")
        if let number = invocation[pinDescriptor] { return try SecretInput.read(descriptor: number, cancellation: cancellation) }
        if let held { return held }
        return try SecretInput.ask(Sentence(ja: "暗証番号", en: "PIN").text(in: invocation.language), cancellation: cancellation)
    }

    static let wait = Command("wait", Sentence(ja: "信号を待つ", en: "Wait for a signal"), options: [keys], isHidden: true) { invocation in
        if invocation[keys], !TerminalSettings.change(STDIN_FILENO, for: .singleKeys) { return 1 }
        let done = Cancellation()
        let interrupts = Interrupts.watch { interrupt in
            invocation.streams.error.writeLine("action \(interrupt)")
            // An action that takes long, for the second signal to cut short.
            if interrupt == .terminate { while true { pause() } }
            done.cancel()
        }
        invocation.streams.error.writeLine("waiting")
        var entry = pollfd(fd: done.descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, -1)
        return interrupts.cancellation.isCancelled ? interrupts.received?.exitStatus ?? 0 : 0
    }

    static let fail = Command("fail", Sentence(ja: "失敗する", en: "Fail"), operands: [mode]) { invocation in
        try invocation.streams.output.writeLine("before")
        if invocation.operands.isEmpty { throw SampleError() }
        throw ForeignError(secret: "1234")
    }
}

struct SampleError: DiagnosedError {
    let code = "card-removed"
    let sentence = Sentence(ja: "カードが外れました", en: "the card was \"removed\"")
    let cause: String? = "SW 6F00"
    let category = FailureCategory.temporary
}

struct ForeignError: Error { let secret: String }

/// Whether the block in which the kernel hands over the environment, `/proc/PID/environ`, holds `text`.
private func memory(_ descriptor: Int32, contains text: String) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = max(0, read(descriptor, &bytes, bytes.count))
    return count == 0 || String(decoding: bytes[..<count], as: UTF8.self).contains(text)
}
