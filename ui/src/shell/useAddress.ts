import { useRouter } from "@tanstack/react-router";

/** The address of a place in the desk, for a window of its own or to be copied. */
export function useAddress(): (place: { to: string; params?: object; search?: object }) => string {
  const router = useRouter();
  return (place) => router.buildLocation(place as never).href;
}
