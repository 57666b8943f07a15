import CYAML

/// Reads YAML with libyaml into a tree.
///
/// Anchors, aliases and tags are refused: nobody needs them in a configuration or a scenario, and aliases let a short file become a huge
/// tree. So is a key that is there twice, of which most readers silently take the last.
public enum YAMLFile {
    /// The deepest nesting that is read.
    public static let maximumDepth = 64

    /// The document in `bytes` (UTF-8); `nil` where there is none at all. A second document is an error.
    public static func parse(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode? {
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else {
            throw YAMLError(place: YAMLPlace(line: 1, column: 1), reason: "out of memory")
        }
        defer { yaml_parser_delete(&parser) }
        // The parser reads from this buffer until it is deleted, so all of it happens in here.
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<YAMLNode?, YAMLError> in
            yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
            return Result { () throws(YAMLError) in try document(&parser) }
        }
        return try result.get()
    }

    private static func document(_ parser: inout yaml_parser_t) throws(YAMLError) -> YAMLNode? {
        try skip(&parser)
        var event = try next(&parser)
        defer { yaml_event_delete(&event) }
        if event.type == YAML_STREAM_END_EVENT { return nil }
        let root = try node(&parser, depth: 0)
        try skip(&parser)
        var end = try next(&parser)
        defer { yaml_event_delete(&end) }
        guard end.type == YAML_STREAM_END_EVENT else { throw error(end, "there is a second document") }
        return root
    }

    /// Passes an event over whose kind is known: the start of the stream, the end of the document.
    private static func skip(_ parser: inout yaml_parser_t) throws(YAMLError) {
        var event = try next(&parser)
        yaml_event_delete(&event)
    }

    private static func next(_ parser: inout yaml_parser_t) throws(YAMLError) -> yaml_event_t {
        var event = yaml_event_t()
        guard yaml_parser_parse(&parser, &event) == 1 else {
            let problem = parser.problem.map { String(cString: $0) } ?? "it cannot be read"
            // Where the characters are wrong the parser knows an offset only.
            let mark = parser.problem_mark
            throw YAMLError(
                place: place(mark), reason: parser.error == YAML_READER_ERROR ? "\(problem), near byte \(parser.problem_offset)" : problem)
        }
        return event
    }

    private static func node(_ parser: inout yaml_parser_t, depth: Int) throws(YAMLError) -> YAMLNode {
        var event = try next(&parser)
        defer { yaml_event_delete(&event) }
        return try node(event, &parser, depth: depth)
    }

    private static func node(_ event: yaml_event_t, _ parser: inout yaml_parser_t, depth: Int) throws(YAMLError) -> YAMLNode {
        guard depth < maximumDepth else { throw error(event, "it is nested more than \(maximumDepth) deep") }
        let place = place(event.start_mark)
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            guard scalar.anchor == nil, scalar.tag == nil else { throw error(event, "anchors and tags are not used here") }
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            return YAMLNode(value: .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE), place: place)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            guard start.anchor == nil, start.tag == nil else { throw error(event, "anchors and tags are not used here") }
            return YAMLNode(value: .sequence(try items(&parser, depth: depth)), place: place)
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            guard start.anchor == nil, start.tag == nil else { throw error(event, "anchors and tags are not used here") }
            return YAMLNode(value: .mapping(try entries(&parser, depth: depth)), place: place)
        default: throw error(event, "aliases are not used here")
        }
    }

    private static func items(_ parser: inout yaml_parser_t, depth: Int) throws(YAMLError) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            var event = try next(&parser)
            defer { yaml_event_delete(&event) }
            if event.type == YAML_SEQUENCE_END_EVENT { return items }
            items.append(try node(event, &parser, depth: depth + 1))
        }
    }

    private static func entries(_ parser: inout yaml_parser_t, depth: Int) throws(YAMLError) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var keys: Set<String> = []
        while true {
            var event = try next(&parser)
            defer { yaml_event_delete(&event) }
            if event.type == YAML_MAPPING_END_EVENT { return entries }
            let key = try node(event, &parser, depth: depth + 1)
            guard case .scalar(let name, _) = key.value else { throw error(event, "a key is a list or has keys of its own") }
            guard keys.insert(name).inserted else { throw error(event, "the same key stands here twice") }
            entries.append(YAMLNode.Entry(key: name, place: key.place, value: try node(&parser, depth: depth + 1)))
        }
    }

    private static func error(_ event: yaml_event_t, _ reason: String) -> YAMLError {
        YAMLError(place: place(event.start_mark), reason: reason)
    }

    private static func place(_ mark: yaml_mark_t) -> YAMLPlace {
        YAMLPlace(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
