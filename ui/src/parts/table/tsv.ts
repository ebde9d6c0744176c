// Cells as tab-separated text, the form spreadsheets paste.

/** Rows of cells as TSV. A cell with a tab, line break or quote is quoted, as Excel reads it. */
export function toTsv(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => cells.map(cell).join("\t")).join("\r\n");
}

function cell(text: string): string {
  return /[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
