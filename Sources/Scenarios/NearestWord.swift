/// The known word that somebody may have meant.
enum NearestWord {
    /// The nearest of the known words, where no more than a third of the letters is wrong; `nil` where none is.
    static func nearest(to typed: String, among known: [String]) -> String? {
        // An endless word is not worth a table.
        guard typed.count <= 40 else { return nil }
        let ranked = known.map { (word: $0, distance: distance(Array(typed), Array($0))) }.min { $0.distance < $1.distance }
        guard let ranked, ranked.distance <= max(1, typed.count / 3) else { return nil }
        return ranked.word
    }

    /// How many letters must be put in, taken out or changed (Levenshtein).
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let change = diagonal + (right[column] == letter ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(change, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
