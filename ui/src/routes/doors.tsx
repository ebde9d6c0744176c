// The doors that lead into the desk and into the portal alike: a forgotten password, a new one. They go to places by name
// that both of them have.
import { useQueryClient } from "@tanstack/react-query";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { room } from "./room";

// Who has the password passes by these.
const Forgot = room(() => import("../features/access/Forgot"), "Forgot");
const ResetPassword = room(() => import("../features/access/PasswordPages"), "ResetPassword");
const ForcedPassword = room(() => import("../features/access/PasswordPages"), "ForcedPassword");

export function ForgotDoor({ facility }: { facility: "required" | "optional" }) {
  const navigate = useNavigate();
  return <Forgot facility={facility} onBack={() => void navigate({ to: "/sign-in" as string })} />;
}

export function ResetDoor() {
  const navigate = useNavigate();
  return (
    <ResetPassword token={useMailedToken()} onDone={() => void navigate({ to: "/sign-in" as string })} />
  );
}

export function NewPasswordDoor() {
  return <ForcedPassword onDone={useFreshStart()} />;
}

/** The token of a mailed link. It stands behind the hash, so that it reaches no server log. */
export function useMailedToken(): string {
  return useLocation({ select: ({ hash }) => hash });
}

/** Goes to the start and forgets what was known before: it may look different now. */
export function useFreshStart(): () => void {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return () => {
    queryClient.clear();
    void navigate({ to: "/" as string });
  };
}
