/** `48 s`, `3 min`, `2 h 5 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const rest = hours % 24;
  return rest === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${rest} h`;
}

/** `12:04:05 UTC`, with the day when that is another one than `now`'s. */
export function clockTime(iso: string, now: string): string {
  const time = `${iso.slice(11, 19)} UTC`;
  return iso.slice(0, 10) === now.slice(0, 10) ? time : `${iso.slice(0, 10)} ${time}`;
}

/** `12:04:05 UTC, in 48 s`, or `…, 3 min ago`. */
export function fromNow(iso: string, now: string): string {
  const ms = Date.parse(iso) - Date.parse(now);
  return `${clockTime(iso, now)}, ${ms >= 0 ? `in ${duration(ms)}` : `${duration(-ms)} ago`}`;
}

export const minute = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
