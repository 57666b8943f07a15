import Diagnosis
import ScenarioRunner
import Scenarios
import TestSupport
import Testing
import YAML

/// The JSON Schema of scenario files and the reader take and refuse the same files; the schema is asked by Python's jsonschema.
@Suite struct SchemaTests {
    let folder = TemporaryFolder()

    /// Which of these documents the schema takes.
    private func taken(_ documents: [String]) throws -> [Bool] {
        try folder.write("schema.json", JSONSchema.scenario(.standard))
        try folder.write("documents.json", "[\(documents.joined(separator: ","))]")
        let program = """
            import json, sys, jsonschema
            schema = json.load(open(sys.argv[1]))
            jsonschema.Draft202012Validator.check_schema(schema)
            validator = jsonschema.Draft202012Validator(schema)
            print(''.join('y' if validator.is_valid(d) else 'n' for d in json.load(open(sys.argv[2]))))
            """
        return try runProgram(["python3", "-c", program, folder / "schema.json", folder / "documents.json"]).checked().output
            .filter { $0 != "\n" }.map { $0 == "y" }
    }

    @Test("Every scenario that comes with the program is taken")
    func library() throws {
        let list = try runProgram(["find", LibraryTests.root, "-name", "*.yaml"]).checked().output
        let paths = list.split(separator: "\n").map(String.init)
        let documents = try paths.map { try json(String(decoding: try readFile($0), as: UTF8.self)) }
        let taken = try taken(documents)
        for (path, isTaken) in zip(paths, taken) { #expect(isTaken, "\(path)") }
        #expect(taken.count == paths.count)
    }

    @Test("What is wrong for one is wrong for the other")
    func mutants() throws {
        let mutantsOfVisits = try [
            ("card: hanako", "card: taro"), ("card: hanako", "cart: hanako"), ("card: hanako", "card: hanaco"), ("card: hanako", "card: 7"),
            ("card: hanako", "card: {tries-left: 3}"), ("card: hanako", "card: {tries-left: 4}"),
            ("card: hanako", "card: {tries-left: \"3\"}"),
            ("at: 2026-11-21 09:30:00", "at: yesterday"), ("at: 2026-11-21 09:30:00", "at: 令和8年11月21日"), ("at: 2026-11-21 09:30:00\n", ""),
            ("rules: [R064]", "rules: [R64]"), ("rules: [R064]", "rules: R064"), ("rules: [R064]", "rules: [R064, R064]"),
            ("rules: [R064]", "rules: []"), ("placing: 1s", "placing: 1"), ("placing: 1s", "placing: 1.5s"),
            ("placing: 1s", "placing: soon"),
            ("seed: 4", "seed: -1"), ("seed: 4", "seed: 4.5"), ("seed: 4", "pin: \"1234\""), ("seed: 4", "pin: 1234"),
            ("seed: 4", "pin: right"),
            ("seed: 4", "pin: \"12\""), ("- keypad: type-wrong-pin", "- keypad:type-wrong-pin"), ("- keypad: type-wrong-pin", "- 7"),
            ("- keypad: type-wrong-pin", "- {keypad: type-pin, camera: end}"), ("certificate: valid", "certificate: Valid"),
            ("exit: 0", "exit: 256"), ("exit: 0", "exit: zero"), ("exit: 0", "exit: 255"), ("card-left: false", "card-left: \"false\""),
            ("consent: {SHJ: true, TSR: true}", "consent: none"), ("consent: {SHJ: true, TSR: true}", "consent: all"),
            ("TSR: true", "TSR: none"), ("TSR: true", "XYZ: true"), ("    - place-card", "    - plaza"),
            ("    - place-card", "    - place-card: []"), ("    - place-card", "    - place-card: text"),
            ("9000]", "9000, \"6E00\", no-card]"),
            ("9000]", "90g0]"), ("apdus: 60", "apdus: many"), ("absent: [試験 花子]", "absent: []"), ("absent: [試験 花子]", "absent: [7]"),
            ("[eligibility done]", "[\"*\"]"), ("[eligibility done]", "[eligibility shows]"),
            ("[eligibility done]", "[-a done]"), ("[eligibility done]", "[\"eligibility done \"]"),
        ].map { try changed($0.0, $0.1) }
        let mutantsOfFlows = try [
            ("place: terminal", "place: web"), ("place: terminal", "place: phone"), ("profession: nurse", "profession: [nurse]"),
            ("fault-at: 3", "fault-at: 0"), ("fault-at: 3", "fault-at: three"), ("[other-routes]", "[other-routes, other-routes]"),
            ("[other-routes]", "other-routes"), ("from: 2026-11-01, ", ""), ("until: 2026-11-30 12:00", "until: soon"),
            ("sex: 1", "sex: man"), ("birth: 1966-03-12, sex", "birth: 19660312, sex"), ("number: \"4112\"", "number: 4112"),
            ("YZK, {category", "YZX, {category"), ("category: TKK, ", ""), ("from: 2020-01-01", "from: 2020"),
            ("- records: nothing", "- records:nothing"), ("YZK viewer-not-qualified", "YZK"), ("YZK viewer-not-qualified", "yzk shown"),
            ("YZK viewer-not-qualified", "YZK shown"), ("viewed: [YZK viewer-not-qualified]", "booked: [valid, recheck]"),
            ("viewed: [YZK viewer-not-qualified]", "booked: [invalid]"), ("viewed: [YZK viewer-not-qualified]", "delivery: sent"),
            ("viewed: [YZK viewer-not-qualified]", "kept: maybe"),
        ].map { old, new in
            try #require(ReadingTests.desk.contains(old))
            return ReadingTests.desk.replacing(old, with: new)
        }
        let mutants = mutantsOfVisits + mutantsOfFlows
        let taken = try taken(try mutants.map(json))
        for (mutant, isTaken) in zip(mutants, taken) {
            let isRead = (try? scenario(mutant)) != nil
            #expect(isRead == isTaken, "read: \(isRead), taken by the schema: \(isTaken)\n\(mutant)")
        }
        #expect(taken.contains(true) && taken.count { !$0 } > 20)
    }

    /// A file as other readers of YAML (1.2, core schema) hand it to a validator.
    private func json(_ text: String) throws -> String { json(try #require(try YAMLFile.parse(Array(text.utf8)))) }

    private func json(_ node: YAMLNode) -> String {
        switch node.value {
        case .sequence(let items): "[\(items.map(json).joined(separator: ","))]"
        case .mapping(let entries): "{\(entries.map { "\(JSONText.quoted($0.key)):\(json($0.value))" }.joined(separator: ","))}"
        case .scalar(let text, let isPlain):
            isPlain && (["true", "false", "null"].contains(text) || Double(text) != nil) ? text : JSONText.quoted(text)
        }
    }
}
