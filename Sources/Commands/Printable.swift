/// `text` as it may be shown to people in one line, whoever has written it: a question mark stands for each control character, which
/// could move the cursor or worse (ECMA-48), for each separator of lines, and for each mark that changes the direction of writing (UAX #9).
///
/// The question mark also stands for any one character where `--reader` selects by name.
public func printable(_ text: String) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { shown.append(isHarmless(scalar) ? scalar : "?") }
    return String(shown)
}

private func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: false
    default: !scalar.properties.isBidiControl
    }
}
