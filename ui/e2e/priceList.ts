// A day of prices as elprisetjustnu.se lists them.

/** A krona at midnight and an öre more each hour. */
export function priceList(day: string, hours = 24): string {
  const zone = "+01:00";
  const hour = (number: number) => `${String(number).padStart(2, "0")}:00:00${zone}`;
  const next = new Date(new Date(`${day}T00:00:00Z`).getTime() + 86_400_000).toISOString().slice(0, 10);
  const rows = Array.from({ length: hours }, (_, number) => {
    const end = number === 23 ? `${next}T${hour(0)}` : `${day}T${hour(number + 1)}`;
    const price = `1.${String(number).padStart(2, "0")}`;
    return `{"SEK_per_kWh":${price},"EUR_per_kWh":0.1,"EXR":11,"time_start":"${day}T${hour(number)}","time_end":"${end}"}`;
  });
  return `[${rows.join(",")}]`;
}
