// Organisation numbers while they are typed: check digit, and the VAT number that follows from them.
import type { Country } from "../api/views";

const NORWEGIAN_WEIGHTS = [3, 2, 7, 6, 5, 4, 3, 2] as const;

/** "empty" and "short" are not yet worth a word; "wrong" fails the check digit. */
export type NumberState = "empty" | "short" | "wrong" | "right";

export function organisationNumberState(country: Country, typed: string): NumberState {
  const digits = typed.replace(/\D/g, "");
  if (digits === "") return "empty";
  if (country === "SE") {
    if (digits.length < 10) return "short";
    return digits.length === 10 && luhnHolds(digits) ? "right" : "wrong";
  }
  if (digits.length < 9) return "short";
  return digits.length === 9 && norwegianHolds(digits) ? "right" : "wrong";
}

/** The VAT number that goes with a right organisation number, else nothing. */
export function vatNumberFor(country: Country, typed: string): string | undefined {
  if (organisationNumberState(country, typed) !== "right") return undefined;
  const digits = typed.replace(/\D/g, "");
  return country === "SE" ? `SE${digits}01` : `NO${digits}MVA`;
}

/** As people write it: 556677-8899, 923 609 016. */
export function writtenOrganisationNumber(country: Country, typed: string): string {
  const digits = typed.replace(/\D/g, "");
  if (country === "SE" && digits.length === 10) return `${digits.slice(0, 6)}-${digits.slice(6)}`;
  if (country === "NO" && digits.length === 9)
    return `${digits.slice(0, 3)} ${digits.slice(3, 6)} ${digits.slice(6)}`;
  return typed;
}

function luhnHolds(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, character, index) => {
    const doubled = Number(character) * (index % 2 === 1 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

function norwegianHolds(digits: string): boolean {
  const sum = NORWEGIAN_WEIGHTS.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  const check = (11 - (sum % 11)) % 11;
  return check < 10 && check === Number(digits[8]);
}
