/// "Did you mean …?": the nearest of the known words, as the end of a sentence; empty where none is near.
struct Suggestion {
    let word: String?

    init(for typed: String, among known: [String]) {
        // Nobody means a word of which more than a third is wrong; and an endless word is not worth a table.
        let typedCount = typed.count
        let nearest =
            typedCount > 40
            ? nil
            : known.map { (word: $0, distance: editDistance(Array(typed), Array($0))) }.min { $0.distance < $1.distance }
        if let nearest, nearest.distance <= max(1, typedCount / 3) {
            word = nearest.word
        } else {
            word = known.first { typedCount >= 2 && $0.hasPrefix(typed) && typed != "--" }
        }
    }

    var japanese: String { word.map { "（'\($0)' でしょうか）" } ?? "" }
    var english: String { word.map { "; did you mean '\($0)'?" } ?? "" }
}

/// How many letters must be put in, taken out, changed or swapped with their neighbour (optimal string alignment).
func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 1...left.count {
        var current = [row]
        for column in 1...right.count {
            let change = left[row - 1] == right[column - 1] ? 0 : 1
            var best = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + change)
            if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                best = min(best, beforeLast[column - 2] + 1)
            }
            current.append(best)
        }
        (beforeLast, last) = (last, current)
    }
    return last[right.count]
}
