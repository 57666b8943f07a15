/// The columns that `text` takes at a terminal, where a Japanese character takes two.
public func columns(_ text: String) -> Int { TextLayout.width(text) }

/// `text` in lines of at most `width` columns; a word longer than a line stands out.
public func lines(_ text: String, width: Int) -> [String] { TextLayout.wrapped(text, to: width) }

/// Text in columns of a terminal, where a Japanese character takes two.
enum TextLayout {
    /// The columns that `text` takes.
    static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + width($1) }
    }

    /// `text` with blanks up to `width` columns.
    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - self.width(text)))
    }

    /// The beginning of `text` that fits into `width` columns.
    static func cut(_ text: String, to width: Int) -> String {
        var left = width
        return String(
            text.prefix { character in
                left -= self.width(String(character))
                return left >= 0
            })
    }

    /// `text` in lines of at most `width` columns. Lines end at blanks and between Japanese characters, but no line begins with
    /// a closing or ends with an opening mark (禁則処理, JIS X 4051). A word longer than a line stands out.
    static func wrapped(_ text: String, to width: Int) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { wrappedParagraph(String($0), to: width) }
    }

    private static func wrappedParagraph(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for piece in pieces(of: text) {
            let joint = piece.followsBlank && !line.isEmpty ? " " : ""
            if !line.isEmpty, self.width(line) + joint.count + self.width(piece.text) > width {
                lines.append(line)
                line = piece.text
            } else {
                line += joint + piece.text
            }
        }
        return lines + [line]
    }

    /// A part of a text that is not broken.
    private struct Piece {
        var text: String
        let followsBlank: Bool
    }

    private static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var blank = false
        var before: Character?
        for character in text {
            if character == " " {
                (blank, before) = (true, nil)
                continue
            }
            if let last = before, !blank, !mayBreak(between: last, and: character), !pieces.isEmpty {
                pieces[pieces.count - 1].text.append(character)
            } else {
                pieces.append(Piece(text: String(character), followsBlank: blank))
            }
            (blank, before) = (false, character)
        }
        return pieces
    }

    private static func mayBreak(between left: Character, and right: Character) -> Bool {
        let isWide = width(String(left)) > 1 || width(String(right)) > 1
        return isWide && !opening.contains(left) && !closing.contains(right)
    }

    private static let opening = Set<Character>("「『（〔［｛〈《【([{'\"")
    private static let closing = Set<Character>("、。，．・：；？！」』）〕］｝〉》】ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々,.:;?!)]}'\"")

    /// The columns of one scalar: none for marks that sit on another, two for East Asian Wide and Fullwidth (UAX #11), else one.
    static func width(_ scalar: Unicode.Scalar) -> Int {
        if scalar.isASCII { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
        }
    }

    // The blocks of Japanese, Chinese and Korean writing; what Unicode calls ambiguous (①, →) counts one.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
        0x20000...0x3FFFD,
    ]
}
